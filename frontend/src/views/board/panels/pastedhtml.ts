import type { NewCard } from '../../../core';

/*
 * Reads of pasted HTML what its text alone does not say. The page's policy lets
 * no text become markup, not even apart from the page: it is read as text.
 */

/** A link of what was pasted: its words and where it leads. */
export type Address = readonly [words: string, href: string];

const unseen = /<!--[\s\S]*?-->|<(style|script|title|xml)\b[\s\S]*?<\/\1\s*>/gi;
const anchor = /<a\b[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>([\s\S]*?)<\/a\s*>/gi;
const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** What a piece of HTML says, on one line. */
function words(html: string): string {
  const text = html.replace(/<(?:br|\/?p|\/?div|\/?li)\b[^>]*>/gi, ' ').replace(/<[^>]*>/g, '');
  return decoded(text).replace(/\s+/g, ' ').trim();
}

const decoded = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, dec, hex, name) => {
    if (name) return named[String(name).toLowerCase()] ?? whole;
    const code = dec ? Number(dec) : parseInt(String(hex), 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

/** The web addresses behind words; a link that is written out needs none. */
export function addressesOf(html: string): readonly Address[] {
  return [...html.replace(unseen, '').matchAll(anchor)].flatMap((found): Address[] => {
    const [text, href] = [words(found[3] ?? ''), decoded(found[1] ?? found[2] ?? '').trim()];
    return text && /^https?:\/\//i.test(href) && URL.canParse(href) ? [[text, href]] : [];
  });
}

/** The cards with the addresses of the links in them, each below the text that it was in. */
export function withAddresses(
  cards: readonly NewCard[],
  addresses: readonly Address[],
): readonly NewCard[] {
  const out = cards.map((card) => ({ ...card }));
  let from = 0;
  for (const [text, href] of addresses) {
    const at = out.findIndex(
      (card, i) => i >= from && card.text.replace(/\s+/g, ' ').includes(text),
    );
    const card = out[at];
    if (!card) continue;
    from = at;
    if (!card.text.includes(href)) card.text += `\n${href}`;
  }
  return out;
}

/**
 * A table, where what was pasted is nothing else, as text with a tab between
 * cells: in a page's own text line breaks within a cell look like rows.
 */
export function tableOf(html: string): string | null {
  const seen = html.replace(unseen, '');
  const [before, ...rows] = seen.split(/<tr\b[^>]*>/i);
  const behind = /<\/table\s*>([\s\S]*)$/i.exec(rows.at(-1) ?? '')?.[1] ?? '';
  if (rows.length === 0 || words((before ?? '') + behind) !== '') return null;
  const cells = rows.map((row) => {
    const [, ...parts] = (row.split(/<\/(?:tr|tbody|thead|table)\s*>/i)[0] ?? '').split(
      /<t[dh]\b[^>]*>/i,
    );
    return parts.map(words);
  });
  if (cells.every((row) => row.length < 2)) return cells.flat().join('\n');
  return cells
    .map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join('\t'))
    .join('\n');
}
