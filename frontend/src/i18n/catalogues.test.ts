import { readFileSync } from 'node:fs';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import { describe, expect, it } from 'vitest';

const read = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(`src/i18n/${language}.json`, 'utf8')) as Record<string, string>;
const pl = read('pl');
const en = read('en');

/** The names of the values a message uses, found by the compiler itself. */
function values(message: string): string[] {
  const names = new Set<string>();
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) {
      if (
        typeof node[0] === 'string' &&
        node.length <= 3 &&
        (node.length === 1 || typeof node[1] === 'string')
      ) {
        names.add(node[0]);
      }
      node.filter((n) => typeof n === 'object').forEach(walk);
    } else if (typeof node === 'object' && node !== null) Object.values(node).forEach(walk);
  };
  const compiled: unknown = compileMessage(message);
  if (Array.isArray(compiled)) compiled.filter((n) => typeof n === 'object').forEach(walk);
  return [...names].sort();
}

describe('message catalogues', () => {
  it('have the same keys in both languages, none empty', () => {
    expect(Object.keys(en)).toEqual(Object.keys(pl));
    for (const text of [...Object.values(pl), ...Object.values(en)])
      expect(text.trim()).not.toBe('');
  });

  it('use the same values in both languages', () => {
    for (const key of Object.keys(pl)) {
      expect(values(en[key] ?? ''), key).toEqual(values(pl[key] ?? ''));
    }
  });

  it('have every Polish plural form', () => {
    for (const [key, text] of Object.entries(pl)) {
      if (!text.includes(', plural,')) continue;
      for (const form of ['one', 'few', 'many', 'other']) {
        expect(text.includes(`${form} {`), `${key}: ${form}`).toBe(true);
      }
    }
  });
});
