import { describe, expect, it } from 'vitest';
import { entryOf } from './shelf';

describe('an entry made from a card', () => {
  it('takes the name before a colon, the rest as the text, and the address', () => {
    const card = { kind: 'tool' as const, text: 'QGIS: mapy w urzędzie\nhttps://qgis.org' };
    expect(entryOf(card, 'pl')).toEqual({
      kind: 'tool',
      name: { pl: 'QGIS' },
      text: { pl: 'mapy w urzędzie' },
      url: 'https://qgis.org',
    });
  });

  it('says the same twice where there is but one sentence', () => {
    expect(entryOf({ kind: 'data', text: 'Rejestr lokali' }, 'pl')).toEqual({
      kind: 'data',
      name: { pl: 'Rejestr lokali' },
      text: { pl: 'Rejestr lokali' },
      url: '',
    });
  });

  it('keeps within what the library takes', () => {
    const entry = entryOf({ kind: 'note', text: 'długo '.repeat(300) }, 'pl');
    expect(entry.kind).toBe('data');
    expect(entry.name.pl).toHaveLength(120);
    expect(entry.text.pl).toHaveLength(600);
  });
});
