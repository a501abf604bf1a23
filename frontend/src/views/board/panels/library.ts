import type { CardKind } from '../../../core/model';
import type { MessageKey } from '../../../i18n/index.svelte';

/** The kind of card that an entry of the library becomes; a note for any other. */
export const libraryKinds: Readonly<Record<string, CardKind>> = {
  data: 'data',
  source: 'data',
  tool: 'tool',
  example: 'example',
  principle: 'note',
};

const shelves: Readonly<Record<string, MessageKey>> = {
  data: 'library.data',
  source: 'library.data',
  tool: 'library.tool',
  example: 'library.example',
};

/** The name of a kind's shelf. */
export const shelfName = (kind: string): MessageKey => shelves[kind] ?? 'library.principles';
