/** A change of a string: at `at`, `remove` code units give way to `insert`. */
export interface Splice {
  at: number;
  remove: number;
  insert: string;
}

const isLow = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;
const isHigh = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;

/**
 * The smallest change from one string to the other, as near to the caret as
 * possible, never cutting a surrogate pair: Yjs would turn the halves into
 * replacement characters.
 *
 * @param caret where the caret stands after the change, if known
 */
export function splice(before: string, after: string, caret = after.length): Splice | null {
  if (before === after) return null;
  const most = Math.min(before.length, after.length);
  // What follows the caret is the same first, so that typing "a" behind "aa"
  // inserts at the caret and not at the front.
  let tail = 0;
  const tailMost = Math.min(most, Math.max(0, after.length - caret));
  while (tail < tailMost && same(before, after, tail)) tail++;
  let head = 0;
  while (head < most - tail && before[head] === after[head]) head++;
  while (tail < most - head && same(before, after, tail)) tail++;
  if (head > 0 && isHigh(before.charCodeAt(head - 1))) head--;
  if (tail > 0 && isLow(before.charCodeAt(before.length - tail))) tail--;
  return {
    at: head,
    remove: before.length - head - tail,
    insert: after.slice(head, after.length - tail),
  };
}

const same = (a: string, b: string, tail: number): boolean =>
  a[a.length - 1 - tail] === b[b.length - 1 - tail];

/** Where a position ends up when another person's change is applied. */
export function follow(position: number, change: Splice): number {
  if (position <= change.at) return position;
  if (position >= change.at + change.remove) {
    return position + change.insert.length - change.remove;
  }
  return change.at + change.insert.length;
}
