/**
 * Places in a list that never renumber: strings compared by code unit, with
 * room between any two. After David Greenspan's "Implementing Fractional
 * Indexing": an integer part whose first letter says its length (so appending
 * grows with the logarithm of the list), then a fraction. A few random digits
 * at the end keep two people who insert at the same place at the same time
 * from choosing the same key.
 */
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const base = digits.length;

/** A longer key is a sign that its list should be spread anew. */
export const longKey = 48;

const value = (c: string): number => digits.indexOf(c);

function integerLength(key: string): number {
  const head = key.charCodeAt(0);
  if (head >= 97 && head <= 122) return head - 97 + 2; // a..z: 2..27
  if (head >= 65 && head <= 90) return 90 - head + 2; // Z..A: 2..27
  return 0;
}

/** Whether a key found in a document can be computed with. */
export function isOrderKey(key: string): boolean {
  const n = integerLength(key);
  if (n === 0 || key.length < n) return false;
  for (const c of key.slice(1)) if (value(c) < 0) return false;
  return !(key.length > n && key.endsWith('0'));
}

function step(integer: string, by: 1 | -1): string {
  const head = integer.charCodeAt(0);
  const body = [...integer.slice(1)].map(value);
  for (let i = body.length - 1; i >= 0; i--) {
    const next = (body[i] ?? 0) + by;
    if (next >= 0 && next < base) {
      body[i] = next;
      return String.fromCharCode(head) + body.map((d) => digits[d]).join('');
    }
    body[i] = by > 0 ? 0 : base - 1;
  }
  // The body is used up: take the next length. Between 'Z' and 'a' the
  // direction of the length turns.
  if (by > 0) {
    const up = head === 90 ? 97 : head + 1;
    const n = integerLength(String.fromCharCode(up)) - 1;
    return String.fromCharCode(up) + digits[0]?.repeat(n);
  }
  const down = head === 97 ? 90 : head - 1;
  const n = integerLength(String.fromCharCode(down)) - 1;
  return String.fromCharCode(down) + digits[base - 1]?.repeat(n);
}

/** A fraction strictly between two; '' is zero, null is one. */
function fraction(a: string, b: string | null): string {
  if (b !== null) {
    let same = 0;
    while (same < b.length && (a[same] ?? '0') === b[same]) same++;
    if (same > 0) return b.slice(0, same) + fraction(a.slice(same), b.slice(same));
  }
  const low = a === '' ? 0 : value(a[0] ?? '0');
  const high = b === null ? base : value(b[0] ?? '0');
  if (high - low > 1) return digits[(low + high) >> 1] ?? '';
  if (b !== null && b.length > 1) return b.slice(0, 1);
  return (digits[low] ?? '') + fraction(a.slice(1), null);
}

function jitter(random: () => number): string {
  const any = (from: number): string => digits[from + Math.floor(random() * (base - from))] ?? 'V';
  return any(0) + any(0) + any(1);
}

/**
 * A key strictly between a and b; null is the list's end on that side. Keys
 * that cannot be computed with count as absent.
 */
export function between(
  a: string | null,
  b: string | null,
  random: () => number = Math.random,
): string {
  const lower = a !== null && isOrderKey(a) ? a : null;
  const upper = b !== null && isOrderKey(b) && (lower === null || lower < b) ? b : null;
  return place(lower, upper, jitter(random));
}

function place(a: string | null, b: string | null, tail: string): string {
  if (a === null && b === null) return 'a0' + tail;
  if (a === null) return step((b ?? '').slice(0, integerLength(b ?? '')), -1) + tail;
  const whole = a.slice(0, integerLength(a));
  if (b === null) return step(whole, 1) + tail;
  const upperWhole = b.slice(0, integerLength(b));
  if (whole === upperWhole) {
    return whole + withTail(a.slice(whole.length), b.slice(whole.length), tail);
  }
  const next = step(whole, 1);
  if (next < upperWhole) return next + tail;
  return whole + withTail(a.slice(whole.length), null, tail);
}

/** The fraction's middle, and random digits behind it, which stay below b. */
function withTail(a: string, b: string | null, tail: string): string {
  let middle = fraction(a, b);
  // What b goes on from has no room for any digits: only those below the rest of b.
  while (b?.startsWith(middle)) middle += fraction('', b.slice(middle.length));
  return middle + tail;
}

/** n keys in order, far apart and short. */
export function spread(n: number, random: () => number = Math.random): string[] {
  const keys: string[] = [];
  let last: string | null = null;
  for (let i = 0; i < n; i++) {
    last = between(last, null, random);
    keys.push(last);
  }
  return keys;
}
