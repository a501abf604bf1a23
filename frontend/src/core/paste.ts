import { cardTextMax, type NewCard } from './board/commands';
import { fold } from './filter';
import type { CardKind } from './model';

/** More cards than this are not made at once. */
export const pasteMax = 200;

const bullet = /^(?:(?:[-*•·–▪◦\uf0a7\uf0b7]|\d{1,3}[.)])\s+)?(?:\[[ xX]?\]\s+)?/;
/** What word processors put before the tab of a list's item. */
const mark =
  /^(?:[-*•·–▪◦o§✓➢\uf0a7\uf0b7\uf0d8\uf0fc]|(?:\d{1,3}\.)+\d*|(?:\d{1,3}|[a-z]|[ivxIVX]{1,5})[.)])$/;
const day = /^(\d{4})-(\d{2})-(\d{2})(?: 00:00(?::00)?)?$|^(\d{1,2})\.(\d{1,2})\.(\d{4})$/;

/** A cell that is a day, as `YYYY-MM-DD`; null when it is none. */
function dayOf(cell: string): string | null {
  const [found, y, m, d, d2, m2, y2] = day.exec(cell) ?? [];
  if (found === undefined) return null;
  const iso = `${y ?? y2}-${(m ?? m2 ?? '').padStart(2, '0')}-${(d ?? d2 ?? '').padStart(2, '0')}`;
  const at = new Date(`${iso}T00:00:00Z`);
  return !isNaN(+at) && at.toISOString().startsWith(iso) ? iso : null;
}

/**
 * Cards for a pasted text: one for each line, or each row of a table. In a row,
 * a cell that names a kind is the card's kind, one that is a day its due date;
 * the rest is its text. What is too long for one card goes on in the next.
 *
 * @param kind for lines that name none
 * @param kinds the names of the kinds, in any language
 */
export function everyCardOf(
  pasted: string,
  kind: CardKind,
  kinds: ReadonlyMap<string, CardKind>,
): NewCard[] {
  const known = new Map([...kinds].map(([name, k]) => [fold(name), k]));
  return rows(pasted).flatMap((row) => {
    const cells = row.filter((cell) => cell !== '');
    if (cells.length > 1 && mark.test(cells[0] ?? '')) cells.shift();
    const card: NewCard = { kind, text: '' };
    const words: string[] = [];
    for (const cell of cells) {
      const named = row.length > 1 ? known.get(fold(cell)) : undefined;
      const due = row.length > 1 ? dayOf(cell) : null;
      if (named) card.kind = named;
      else if (due && !card.due) card.due = due;
      else words.push(cell.replace(bullet, ''));
    }
    return pieces(words.join(' – ')).map((text) => ({ ...card, text }));
  });
}

/** The first of those cards, as many as are made at once. */
export const cardsOf = (...pasted: Parameters<typeof everyCardOf>): NewCard[] =>
  everyCardOf(...pasted).slice(0, pasteMax);

/** A text in parts that fit on cards, cut between words where there are any. */
function pieces(text: string): string[] {
  const out: string[] = [];
  let rest = text.trim();
  while (rest.length > cardTextMax) {
    const space = rest.lastIndexOf(' ', cardTextMax);
    // Without a space not within a pair that is one character.
    const hard = cardTextMax - (/[\ud800-\udbff]/.test(rest.charAt(cardTextMax - 1)) ? 1 : 0);
    const end = space > cardTextMax / 2 ? space : hard;
    out.push(rest.slice(0, end));
    rest = rest.slice(end).trim();
  }
  return rest === '' ? out : [...out, rest];
}

/** Rows of cells, as spreadsheets copy them: tabs, and quotes around line breaks. */
function rows(text: string): string[][] {
  const out: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = (): void => {
    const line = cell.trim().replace(/\s*\n\s*/g, ' ');
    // A line that its writer broke within a paragraph, as word processors copy it.
    row.push(line.replace(/\s*[\v\u2028]\s*/g, '\n'));
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
