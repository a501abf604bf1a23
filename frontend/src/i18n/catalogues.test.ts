import { readFileSync } from 'node:fs';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import { describe, expect, it } from 'vitest';
import { type Message, render } from './messages';

const read = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(`src/i18n/${language}.json`, 'utf8')) as Record<string, string>;
const pl = read('pl');
const en = read('en');

/** The names of the values a message uses, found by the compiler itself. */
function values(message: string): string[] {
  const names = new Set<string>();
  // A message is a list of texts and values; a plural's forms are messages.
  const walk = (content: unknown): void => {
    if (!Array.isArray(content)) return;
    for (const part of content as unknown[]) {
      if (!Array.isArray(part)) continue;
      names.add(String(part[0]));
      if (typeof part[2] === 'object' && part[2] !== null) Object.values(part[2]).forEach(walk);
    }
  };
  walk(compileMessage(message));
  return [...names].sort();
}

describe('message catalogues', () => {
  it('have the same keys in both languages, none empty', () => {
    expect(Object.keys(en)).toEqual(Object.keys(pl));
    for (const text of [...Object.values(pl), ...Object.values(en)])
      expect(text.trim()).not.toBe('');
  });

  it('say each key once: of two the first would be lost without a word', () => {
    for (const language of ['pl', 'en']) {
      const text = readFileSync(`src/i18n/${language}.json`, 'utf8');
      const lines: string[] = [...text.matchAll(/^ {2}"[^"]+":/gm)].map(([line]) => line);
      expect(lines.filter((line, i) => lines.indexOf(line) !== i)).toEqual([]);
      expect(lines).toHaveLength(Object.keys(pl).length);
    }
  });

  it('use the same values in both languages', () => {
    for (const key of Object.keys(pl)) {
      expect(values(en[key] ?? ''), key).toEqual(values(pl[key] ?? ''));
    }
  });

  it('say every number in words, with nothing of the notation left', () => {
    const numbers = [0, 1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 100, 101, 1.5];
    for (const [language, texts] of [
      ['pl', pl],
      ['en', en],
    ] as const) {
      for (const [key, text] of Object.entries(texts)) {
        if (!text.includes(', plural,')) continue;
        const message = compileMessage(text) as Message;
        for (const n of numbers) {
          const given = Object.fromEntries(values(text).map((name) => [name, n]));
          const said = render(message, given, language);
          expect(said.trim(), `${key} ${n}`).not.toBe('');
          expect(said, `${key} ${n}`).not.toMatch(/[{}#]|undefined|NaN/);
        }
      }
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
