import { describe, expect, it } from 'vitest';
import { gather, keepIdentity } from './gather';

class Noted extends Map<string, readonly string[]> {
  readonly touched: string[] = [];
  override set(key: string, value: readonly string[]): this {
    this.touched?.push(key);
    return super.set(key, value);
  }
}

const letters = (word: string): string[] => [...word];

describe('gather', () => {
  it('touches only the keys whose items differ', () => {
    const kept = new Noted();
    gather(kept, ['ab', 'b'], letters);
    expect([...kept]).toEqual([
      ['a', ['ab']],
      ['b', ['ab', 'b']],
    ]);
    kept.touched.length = 0;
    gather(kept, ['ab', 'b'], letters);
    expect(kept.touched).toEqual([]);
    gather(kept, ['ab'], letters);
    expect(kept.touched).toEqual(['b']);
  });

  it('leaves an empty list where nothing is left', () => {
    const kept = new Noted();
    gather(kept, ['a'], letters);
    gather(kept, [], letters);
    expect(kept.get('a')).toEqual([]);
    kept.touched.length = 0;
    gather(kept, [], letters);
    expect(kept.touched).toEqual([]);
  });
});

describe('keepIdentity', () => {
  it('keeps what says the same and takes what does not', () => {
    const before = [
      { id: '1', text: 'a' },
      { id: '2', text: 'b' },
    ];
    const after = keepIdentity(before, [
      { id: '1', text: 'a' },
      { id: '2', text: 'c' },
    ]);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toEqual({ id: '2', text: 'c' });
  });
});
