import type { NewCard } from './board/commands';
import { fold } from './filter';
import type { CardKind } from './model';

/** More cards than this are not made at once. */
export const pasteMax = 200;

const bullet = /^(?:[-*•–▪◦]|\d{1,3}[.)])\s+/;
const day = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Cards for a pasted text: one for each line, or each row of a table. In a row,
 * a cell that names a kind is the card's kind, one that is a day its due date;
 * the rest is its text.
 *
 * @param kind for lines that name none
 * @param kinds the names of the kinds, in any language
 */
export function cardsOf(
  pasted: string,
  kind: CardKind,
  kinds: ReadonlyMap<string, CardKind>,
): NewCard[] {
  const known = new Map([...kinds].map(([name, k]) => [fold(name), k]));
  const out: NewCard[] = [];
  for (const row of rows(pasted)) {
    const card: NewCard = { kind, text: '' };
    const words: string[] = [];
    for (const cell of row) {
      const named = row.length > 1 ? known.get(fold(cell)) : undefined;
      if (named) card.kind = named;
      else if (row.length > 1 && day.test(cell)) card.due = cell;
      else if (cell !== '') words.push(cell.replace(bullet, ''));
    }
    card.text = words.join(' – ');
    if (card.text !== '') out.push(card);
  }
  return out.slice(0, pasteMax);
}

/** Rows of cells, as spreadsheets copy them: tabs, and quotes around line breaks. */
function rows(text: string): string[][] {
  const out: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = (): void => {
    row.push(cell.trim().replace(/\s*\n\s*/g, ' '));
    cell = '';
  };
  const table = text.includes('\t');
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (table && c === '"' && (quoted || cell === '')) {
      if (quoted && text[i + 1] === '"') cell += text[i++];
      else quoted = !quoted;
    } else if (c === '\t' && !quoted) endCell();
    else if (c === '\n' && !quoted) {
      endCell();
      out.push(row);
      row = [];
    } else if (c !== '\r') cell += c;
  }
  endCell();
  out.push(row);
  return out;
}
