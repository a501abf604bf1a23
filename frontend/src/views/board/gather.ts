/** Anything kept by key: a Map, reactive or not. */
interface Kept<T> {
  get(key: string): readonly T[] | undefined;
  set(key: string, value: readonly T[]): unknown;
  keys(): Iterable<string>;
}

const same = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i]);

/**
 * Gathers items under their keys in `kept`, touching only the keys whose items
 * differ from before: who follows another key hears nothing. A key that has no
 * items any more keeps an empty list.
 */
export function gather<T>(
  kept: Kept<T>,
  items: Iterable<T>,
  keysOf: (item: T) => readonly string[],
): void {
  const next = new Map<string, T[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const list = next.get(key);
      if (list) list.push(item);
      else next.set(key, [item]);
    }
  }
  for (const key of [...kept.keys()]) {
    const list = kept.get(key) ?? [];
    if (!next.has(key) && list.length > 0) kept.set(key, []);
  }
  for (const [key, list] of next) {
    const before = kept.get(key);
    if (!before || !same(before, list)) kept.set(key, list);
  }
}

/** The items of `next`, each the one of `before` where that says the same. */
export function keepIdentity<T extends { readonly id: string }>(
  before: readonly T[],
  next: readonly T[],
): readonly T[] {
  const known = new Map(before.map((item) => [item.id, item]));
  return next.map((item) => {
    const old = known.get(item.id);
    return old && JSON.stringify(old) === JSON.stringify(item) ? old : item;
  });
}
