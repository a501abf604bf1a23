/** A caret to be shown in a text. */
export interface Caret {
  index: number;
  name: string;
  color: string;
}

/** A part of a card's text as it is shown. */
export type Segment =
  { kind: 'text'; text: string } | { kind: 'link'; text: string } | { kind: 'caret'; caret: Caret };

const address = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)]/g;

/** Cuts a text at its web addresses and at the carets in it. */
export function segments(text: string, carets: readonly Caret[]): Segment[] {
  const out: Segment[] = [];
  const due = [...carets].sort((a, b) => a.index - b.index);
  const put = (from: number, to: number, kind: 'text' | 'link'): void => {
    let at = from;
    while (due[0] && due[0].index <= to) {
      const caret = due.shift() as Caret;
      const cut = Math.max(at, caret.index);
      if (cut > at) out.push({ kind, text: text.slice(at, cut) });
      out.push({ kind: 'caret', caret });
      at = cut;
    }
    if (to > at) out.push({ kind, text: text.slice(at, to) });
  };
  let at = 0;
  // A caret inside an address would cut it: there is no link then.
  const whole = (m: RegExpExecArray): boolean =>
    !carets.some((c) => c.index > m.index && c.index < m.index + m[0].length);
  for (const match of text.matchAll(address)) {
    if (!whole(match)) continue;
    put(at, match.index, 'text');
    put(match.index, match.index + match[0].length, 'link');
    at = match.index + match[0].length;
  }
  put(at, text.length, 'text');
  for (const caret of due) out.push({ kind: 'caret', caret });
  return out;
}
