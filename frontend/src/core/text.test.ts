import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { follow, splice } from './text';

const words = fc
  .array(fc.constantFrom('a', 'ż', '😀', '👩‍👧', 'ab', ' '), { maxLength: 12 })
  .map((a) => a.join(''));

describe('splice', () => {
  it('turns one text into the other and cuts no surrogate pair', () => {
    fc.assert(
      fc.property(words, words, fc.nat(20), (before, after, caret) => {
        const s = splice(before, after, Math.min(caret, after.length));
        if (!s) {
          expect(before).toBe(after);
          return;
        }
        expect(before.slice(0, s.at) + s.insert + before.slice(s.at + s.remove)).toBe(after);
        for (const part of [before.slice(0, s.at), s.insert, before.slice(s.at + s.remove)]) {
          expect(part.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  it('inserts at the caret among equal letters', () => {
    expect(splice('aaa', 'aaaa', 2)).toEqual({ at: 1, remove: 0, insert: 'a' });
  });
});

describe('follow', () => {
  it('keeps a caret at its text', () => {
    expect(follow(5, { at: 0, remove: 0, insert: 'xy' })).toBe(7);
    expect(follow(2, { at: 3, remove: 1, insert: '' })).toBe(2);
    expect(follow(4, { at: 2, remove: 4, insert: 'q' })).toBe(3);
  });
});
