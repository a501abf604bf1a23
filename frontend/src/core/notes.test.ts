import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Note } from './conduct';
import { mergeNotes } from './notes';

const notes = (all: Record<string, string>): Note[] =>
  Object.entries(all).map(([id, text]) => ({ id, text }));
const plain = (list: readonly Note[]): Record<string, string> =>
  Object.fromEntries(list.map((n) => [n.id, n.text]));

describe('notes of one person from two devices', () => {
  it.each([
    ['both add', {}, { a: '1' }, { b: '2' }, { a: '1', b: '2' }],
    [
      'there is more than here ever was',
      { a: '1' },
      { a: '1' },
      { a: '1', b: '2' },
      { a: '1', b: '2' },
    ],
    ['taken away here', { a: '1', b: '2' }, { a: '1' }, { a: '1', b: '2' }, { a: '1' }],
    ['taken away there', { a: '1', b: '2' }, { a: '1', b: '2' }, { a: '1' }, { a: '1' }],
    ['taken away here, changed there', { a: '1' }, {}, { a: '2' }, { a: '2' }],
    ['changed here, taken away there', { a: '1' }, { a: '2' }, {}, { a: '2' }],
    ['changed there', { a: '1' }, { a: '1' }, { a: '2' }, { a: '2' }],
    ['changed on both', { a: '1' }, { a: '2' }, { a: '3' }, { a: '2' }],
  ] as const)('%s', (_, base, mine, theirs, want) => {
    expect(plain(mergeNotes(notes(base), notes(mine), notes(theirs)))).toEqual(want);
  });

  it('loses no word that only one of them has touched', () => {
    const some = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('1', '2', '3'));
    fc.assert(
      fc.property(some, some, some, (base, mine, theirs) => {
        const merged = plain(mergeNotes(notes(base), notes(mine), notes(theirs)));
        for (const [id, text] of Object.entries(mine))
          if (base[id] !== text) expect(merged[id]).toBe(text);
        for (const [id, text] of Object.entries(theirs))
          if (base[id] !== text && mine[id] === base[id]) expect(merged[id]).toBe(text);
        for (const id of Object.keys(merged)) expect(mine[id] ?? theirs[id]).toBeDefined();
      }),
    );
  });
});
