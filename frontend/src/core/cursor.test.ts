import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { readCursor, writeCursor } from './cursor';

describe('cursors', () => {
  const doc = new Y.Doc();
  const text = doc.getText('t');
  text.insert(0, 'Łódź');

  it('stay at their letters while others type, and survive JSON', () => {
    const sent = JSON.parse(JSON.stringify(writeCursor('c', text, { anchor: 2, head: 4 })));
    text.insert(0, 'Stara ');
    expect(readCursor(text, sent)).toEqual({ anchor: 8, head: 10 });
  });

  it('of foreign make are nowhere', () => {
    for (const anchor of [null, 7, 'x', {}, { type: { client: 1 } }, { tname: 'elsewhere' }]) {
      expect(readCursor(text, { card: 'c', anchor, head: anchor })).toBeNull();
    }
    expect(readCursor(null, null)).toBeNull();
  });
});
