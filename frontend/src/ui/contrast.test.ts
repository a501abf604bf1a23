import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/*
 * The colours of the interface against each other, from the tokens themselves:
 * WCAG 2.2 AA always, what one reads most 7 : 1 so that it can be read in the
 * sun, and everything 7 : 1 where the system asks for more contrast.
 */
const css = readFileSync('src/ui/tokens.css', 'utf8');
const more = /prefers-contrast: more\) \{([\s\S]*?)\n {2}\}/.exec(css)?.[1] ?? '';
const sun = /data-theme='sun'\] \{([\s\S]*?)\n {2}\}/.exec(css)?.[1] ?? '';
const always = css.replace(more, '').replace(sun, '');

type Theme = 'light' | 'dark';
function tokens(text: string, theme: Theme): Map<string, string> {
  const found = new Map<string, string>();
  const pattern = /--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/g;
  for (const [, name, light, dark] of text.matchAll(pattern))
    found.set(name ?? '', (theme === 'light' ? light : dark) ?? '');
  return found;
}

/** The relative luminance of WCAG. */
function luminance(colour: string): number {
  const part = (at: number): number => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}

function ratio(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const papers = ['paper', 'surface', 'surface-2'];
const kinds = [...tokens(css, 'light').keys()].filter((name) => name.startsWith('kind-'));
const tints = [...tokens(css, 'light').keys()].filter((name) => name.startsWith('color-'));

/** What is written on what: words, the ground below, and the least ratio. */
function pairs(words: number, reading: number): [string, string, number][] {
  const all = (fore: string[], back: string[], least: number): [string, string, number][] =>
    fore.flatMap((f) => back.map((b): [string, string, number] => [f, b, least]));
  return [
    ...all(['ink'], [...papers, ...tints, 'brand-soft'], reading),
    ...all(['ink-2'], [...papers, ...tints, 'brand-soft'], words),
    ...all(['brand', ...kinds], ['surface'], words),
    ...all(kinds, tints, words),
    ...all(['brand'], ['paper', 'brand-soft'], words),
    ...all(['on-brand'], ['brand'], words),
    ...all(['good', 'warn', 'bad'], ['surface'], words),
    ...['good', 'warn', 'bad'].map((n): [string, string, number] => [n, `${n}-soft`, words]),
    // Borders of fields and the place of the keyboard are no words (1.4.11).
    ...all(['line-strong', 'focus'], papers, 3),
  ];
}

describe.each(['light', 'dark'] as const)('the colours of the %s theme', (theme) => {
  const usual = tokens(always, theme);
  const strong = new Map([...usual, ...tokens(more, theme)]);
  const weak = (from: Map<string, string>, wanted: [string, string, number][]): string[] =>
    wanted.flatMap(([fore, back, least]) => {
      const [a, b] = [from.get(fore), from.get(back)];
      if (!a || !b) return [`no ${a ? back : fore}`];
      const found = ratio(a, b);
      return found < least ? [`${fore} on ${back}: ${found.toFixed(2)} < ${least}`] : [];
    });

  it('can be read: 4.5 : 1, the words of cards 7 : 1', () => {
    expect(kinds.length).toBeGreaterThan(10);
    expect(weak(usual, pairs(4.5, 7))).toEqual([]);
  });

  it('are 7 : 1 throughout where more contrast is asked for', () => {
    expect(more).not.toBe('');
    expect(weak(strong, pairs(7, 7))).toEqual([]);
  });

  it('are the same for whoever asks the system and whoever chooses them here', () => {
    expect(sun).toContain('color-scheme: light');
    expect(tokens(sun, theme)).toEqual(tokens(more, theme));
  });
});
