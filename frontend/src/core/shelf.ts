import type { Api } from './api';
import type { Card, Language, LibraryEntry, Localised } from './model';

/** What people say of an entry; one language is enough. */
export interface EntryInput {
  kind: EntryKind;
  name: Partial<Localised>;
  text: Partial<Localised>;
  stages?: string[];
  /** None: all. */
  areas?: string[];
  /** Where an example comes from. */
  city?: string;
  url?: string;
  access?: Partial<Localised>;
  licence?: Partial<Localised>;
  /** The day somebody who leads last looked at it. */
  checked?: string;
}

export const entryKinds = ['data', 'tool', 'example', 'principle'] as const;
export type EntryKind = (typeof entryKinds)[number];

/** An entry of a workshop's own, or one that a group proposed. */
export interface OwnEntry extends EntryInput {
  id: string;
  state: 'proposed' | 'accepted' | 'refused';
  /** Who proposed it; absent: whoever leads. */
  groupId?: string;
  /** Why it was refused. */
  answer?: string;
}

/** The library as a workshop has it, with the proposals that one may see. */
export interface Shelf {
  entries: LibraryEntry[];
  proposals: OwnEntry[];
}

/** The words as they are typed, of one area or of all. */
export interface ShelfQuery {
  area?: string;
  text?: string;
}

/** The server knows the forms of Polish words and does not mind missing marks. */
export function findShelf(api: Api, workshopId: string, query: ShelfQuery = {}): Promise<Shelf> {
  const asked = new URLSearchParams();
  if (query.area) asked.set('area', query.area);
  if (query.text?.trim()) asked.set('q', query.text.trim());
  return api.command<Shelf>('GET', workshopId, `library?${asked.toString()}`);
}

export const nameMost = 120;
export const textMost = 600;

const address = /https?:\/\/[^\s<>"]+/;

/** What a card says, as an entry to go on from. */
export function entryOf(card: Pick<Card, 'kind' | 'text'>, language: Language): EntryInput {
  const url = address.exec(card.text)?.[0] ?? '';
  const text = card.text.replace(url, '').replace(/\s+/g, ' ').trim();
  const named = /^(.{3,80}?)(?::| - | – )\s*(.+)$/.exec(text);
  const kind = entryKinds.find((k) => k === card.kind) ?? 'data';
  return {
    kind,
    name: { [language]: (named?.[1] ?? text).slice(0, nameMost) },
    text: { [language]: (named?.[2] ?? text).slice(0, textMost) },
    url,
  };
}
