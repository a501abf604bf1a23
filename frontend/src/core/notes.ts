import type { Note } from './conduct';

/**
 * Notes of one person from two of their devices, put together: `base` is what
 * this device last had in common with the server. What was written on either
 * stays; where both changed a note, this device's words stay; a note goes only
 * when one of them took it away and the other left it as it was.
 */
export function mergeNotes(
  base: readonly Note[],
  mine: readonly Note[],
  theirs: readonly Note[],
): readonly Note[] {
  const of = (list: readonly Note[]) => new Map(list.map((n) => [n.id, n.text]));
  const [before, here, there] = [of(base), of(mine), of(theirs)];
  const kept = mine.flatMap(({ id, text }) => {
    const other = there.get(id);
    const untouched = before.get(id) === text;
    if (other === undefined) return untouched ? [] : [{ id, text }];
    return [{ id, text: untouched ? other : text }];
  });
  const come = theirs.filter((n) => !here.has(n.id) && before.get(n.id) !== n.text);
  return [...kept, ...come];
}
