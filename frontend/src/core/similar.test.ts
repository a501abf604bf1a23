import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Card } from './model';
import { clusters, stem } from './similar';

const make = (...texts: string[]): Card[] =>
  texts.map((text, i) => ({ id: String(i), text }) as Card);
const found = (...texts: string[]): string[][] => clusters(make(...texts)).map((c) => [...c.cards]);

describe('cards that say much the same', () => {
  it('are found in all forms of Polish words, with or without marks', () => {
    expect(
      found(
        'Pustostany w zasobie komunalnym',
        'Mapa drzew przy ulicach',
        'Brak rejestru pustostanów komunalnych',
        'Gdzie posadzić drzewa przy ulicy',
        'Kolejki w urzędzie',
        'pustostan komunalny stoi latami',
      ),
    ).toEqual([
      ['0', '2', '5'],
      ['1', '3'],
    ]);
  });

  it('share more than small words', () => {
    expect(found('Nie ma danych o tym', 'Nie ma ludzi od tego', 'To jest za drogie')).toEqual([]);
  });

  it('are named by what they share', () => {
    const [cluster] = clusters(
      make('Jakość rejestru', 'Słaba jakość', 'O jakości nikt nie mówi', 'Kolejki w urzędzie'),
    );
    expect(cluster?.name).toBe('jakość');
  });

  it.each([
    ['pustostan', 'pustostany', 'pustostanów', 'pustostanami'],
    ['drzew', 'drzewa', 'drzewo'],
    ['mieszkanie', 'mieszkaniach', 'mieszkaniami'],
    ['ulica', 'ulicy', 'ulicach'],
  ])('forms of a word begin alike: %s', (...forms) => {
    expect(new Set(forms.map(stem)).size).toBe(1);
  });

  it('is never the same card twice, and never one card alone', () => {
    const text = fc
      .array(fc.constantFrom('dane', 'danych', 'drzewa', 'drzew', 'mapa', 'urząd', 'kolejka'), {
        maxLength: 5,
      })
      .map((w) => w.join(' '));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 30 }), (texts) => {
        const all = clusters(make(...texts)).flatMap((c) => {
          expect(c.cards.length).toBeGreaterThan(1);
          return c.cards;
        });
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });
});
