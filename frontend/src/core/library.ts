import type { CardKind, Language, LibraryEntry } from './model';

/** The kind of card that an entry of the library becomes; a note for any other. */
export const libraryKinds: Readonly<Record<string, CardKind>> = {
  data: 'data',
  source: 'data',
  tool: 'tool',
  example: 'example',
  principle: 'note',
};

/** What stands on the card that an entry becomes. */
export function entryText(entry: LibraryEntry, language: Language): string {
  const say = (text: LibraryEntry['name']): string => text[language] || text.pl || text.en;
  return [`${say(entry.name)}: ${say(entry.text)}`, entry.url].filter(Boolean).join('\n');
}
