import type { Card, CardKind } from './model';

/** What to show; an empty field shows all. */
export interface Filter {
  readonly text: string;
  readonly kind: CardKind | '';
  readonly tag: string;
  readonly stage: string;
  readonly author: string;
  readonly state: string;
  /** Only cards with something missing. */
  readonly open: boolean;
}

export const noFilter: Filter = {
  text: '',
  kind: '',
  tag: '',
  stage: '',
  author: '',
  state: '',
  open: false,
};

export const filters = (f: Filter): boolean =>
  f.text.trim() !== '' ||
  f.kind !== '' ||
  f.tag !== '' ||
  f.stage !== '' ||
  f.author !== '' ||
  f.state !== '' ||
  f.open;

/** Letters without their marks, so that "lodz" finds "Łódź". */
export const fold = (text: string): string =>
  text.toLocaleLowerCase('pl').normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ł', 'l');

/** Whether every word asked for is in the text, in any order. */
export function says(text: string, asked: string): boolean {
  const folded = fold(text);
  return fold(asked)
    .split(/\s+/)
    .every((word) => folded.includes(word));
}

/** What a card says in all, for searching. */
export const allText = (card: Card): string =>
  [card.text, card.owner, ...card.tags.map((tag) => `#${tag}`)].join(' ');

/**
 * Whether a card is to be shown.
 *
 * @param isOpen whether something is missing at the card
 */
export function passes(card: Card, f: Filter, isOpen: (card: Card) => boolean): boolean {
  return (
    (f.kind === '' || card.kind === f.kind) &&
    (f.tag === '' || card.tags.includes(f.tag)) &&
    (f.stage === '' || card.stage === f.stage) &&
    (f.author === '' || card.author === f.author) &&
    (f.state === '' || card.state === f.state) &&
    (!f.open || isOpen(card)) &&
    (f.text.trim() === '' || says(allText(card), f.text))
  );
}
