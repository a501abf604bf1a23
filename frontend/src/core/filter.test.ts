import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filters, fold, noFilter, passes, says } from './filter';
import type { Card } from './model';
import { cardsOf, pasteMax } from './paste';

const card = {
  kind: 'data',
  text: 'Rejestr żłobków w Łodzi',
  owner: 'Jagoda',
  tags: ['pilne'],
  author: 'me',
  state: 'doing',
  stage: 'data',
} as unknown as Card;

describe('searching', () => {
  it('does not mind letters without their marks, case, or the order of words', () => {
    expect(fold('ZAŻÓŁĆ gęślą jaźń Łódź')).toBe('zazolc gesla jazn lodz');
    expect(says('Rejestr żłobków w Łodzi', 'lodzi REJESTR')).toBe(true);
    expect(says('Rejestr żłobków', 'zlobek')).toBe(false);
  });

  it('passes what fits every field', () => {
    const no = () => false;
    const with_ = (f: object) => passes(card, { ...noFilter, ...f }, no);
    expect(with_({})).toBe(true);
    expect(with_({ text: 'zlobk' })).toBe(true);
    expect(with_({ text: '#pilne jagoda' })).toBe(true);
    expect(with_({ kind: 'data', tag: 'pilne', author: 'me', state: 'doing' })).toBe(true);
    expect(with_({ kind: 'note' })).toBe(false);
    expect(with_({ tag: 'inne' })).toBe(false);
    expect(with_({ author: 'you' })).toBe(false);
    expect(with_({ stage: 'data' })).toBe(true);
    expect(with_({ stage: 'problem' })).toBe(false);
    expect(with_({ open: true })).toBe(false);
    expect(passes(card, { ...noFilter, open: true }, () => true)).toBe(true);
  });

  it('knows whether it hides anything', () => {
    expect(filters(noFilter)).toBe(false);
    expect(filters({ ...noFilter, text: '  ' })).toBe(false);
    expect(filters({ ...noFilter, open: true })).toBe(true);
  });
});

describe('pasting', () => {
  const kinds = new Map([
    ['Dane', 'data'],
    ['Trudność', 'difficulty'],
  ] as const);
  const read = (text: string) => cardsOf(text, 'note', kinds);

  it('makes a card of each line, without its bullet', () => {
    expect(read('- jeden\r\n\n2. dwa\n  • trzy ')).toEqual([
      { kind: 'note', text: 'jeden' },
      { kind: 'note', text: 'dwa' },
      { kind: 'note', text: 'trzy' },
    ]);
    expect(read('Dane')).toEqual([{ kind: 'note', text: 'Dane' }]);
    expect(read('2023-01-01')).toEqual([{ kind: 'note', text: '2023-01-01' }]);
  });

  it('makes a card of each row of a table, with the kind and the day it names', () => {
    expect(read('trudnosc\tBrak adresów\t2024-03-01\nDANE\tRejestr\t"w dwóch\nwierszach"')).toEqual(
      [
        { kind: 'difficulty', text: 'Brak adresów', due: '2024-03-01' },
        { kind: 'data', text: 'Rejestr – w dwóch wierszach' },
      ],
    );
    expect(read('"a ""b"""\tc')).toEqual([{ kind: 'note', text: 'a "b" – c' }]);
    expect(read('powiedział "nie"')).toEqual([{ kind: 'note', text: 'powiedział "nie"' }]);
  });

  it('never fails and never makes too many', () => {
    expect(read('x\n'.repeat(500))).toHaveLength(pasteMax);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\t', '\n', '"', ' ', '-') }), (text) => {
        for (const made of read(text)) expect(made.text).not.toBe('');
      }),
    );
  });
});
