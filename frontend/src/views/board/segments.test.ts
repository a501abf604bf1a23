import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segments } from './segments';

const caret = (index: number) => ({ index, name: 'Anna', color: '#123456' });

describe('segments', () => {
  it('finds addresses and leaves the full stop behind them outside', () => {
    expect(segments('Zob. https://bdl.stat.gov.pl/bdl.', [])).toEqual([
      { kind: 'text', text: 'Zob. ' },
      { kind: 'link', text: 'https://bdl.stat.gov.pl/bdl' },
      { kind: 'text', text: '.' },
    ]);
  });

  it('makes no link of anything but http', () => {
    expect(
      segments('javascript:alert(1) data:text/html,x', []).every((s) => s.kind === 'text'),
    ).toBe(true);
  });

  it('puts carets where they are and does not offer an address under one', () => {
    const parts = segments('ab https://x.pl/q', [caret(1), caret(8)]);
    expect(parts.map((p) => (p.kind === 'caret' ? '|' : p.text)).join('')).toBe(
      'a|b https|://x.pl/q',
    );
    expect(parts.some((p) => p.kind === 'link')).toBe(false);
  });

  it('loses neither text nor carets', () => {
    const piece = fc.constantFrom('a', ' ', 'https://dane.gov.pl', 'ż', '.', '\n');
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.nat(60), { maxLength: 4 }), (words, places) => {
        const text = words.join('');
        const parts = segments(text, places.map(caret));
        expect(parts.map((p) => (p.kind === 'caret' ? '' : p.text)).join('')).toBe(text);
        expect(parts.filter((p) => p.kind === 'caret')).toHaveLength(places.length);
      }),
    );
  });
});
