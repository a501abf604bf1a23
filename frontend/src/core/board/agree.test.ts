import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { agree, agreed as voices, needed } from './agree';
import { BoardStore } from './store';

describe('a stage is done when the group agrees', () => {
  const agreed = (doc: Y.Doc, stage: string): string[] => voices(doc.getMap('stages').get(stage));
  const done = (doc: Y.Doc): boolean => new BoardStore(doc, ['data']).stage('data').done;

  it('needs more than half of those present', () => {
    expect([1, 2, 3, 4, 5, 6].map(needed)).toEqual([1, 2, 2, 3, 3, 4]);
    const doc = new Y.Doc();
    const present = ['ada', 'jan', 'ola'];
    agree(doc, 'data', 'ada', present);
    expect(done(doc)).toBe(false);
    expect(agreed(doc, 'data')).toEqual(['ada']);
    agree(doc, 'data', 'jan', present);
    expect(done(doc)).toBe(true);
    expect(agreed(doc, 'data')).toEqual([]);
  });

  it('is decided by one who is alone, and can be taken back before', () => {
    const doc = new Y.Doc();
    agree(doc, 'data', 'ada', ['ada', 'jan']);
    agree(doc, 'data', 'ada', ['ada', 'jan']);
    expect(agreed(doc, 'data')).toEqual([]);
    agree(doc, 'data', 'ada', []);
    expect(done(doc)).toBe(true);
  });

  it('does not count who has left', () => {
    const doc = new Y.Doc();
    agree(doc, 'data', 'gone', ['gone', 'ada', 'jan', 'ola']);
    agree(doc, 'data', 'ada', ['ada', 'jan', 'ola']);
    expect(done(doc)).toBe(false);
    agree(doc, 'data', 'jan', ['ada', 'jan', 'ola']);
    expect(done(doc)).toBe(true);
  });

  it('loses no voice given at the same time', () => {
    const [a, b] = [new Y.Doc(), new Y.Doc()];
    agree(a, 'data', 'jan', ['ada', 'jan', 'ola', 'ewa', 'iza']);
    agree(b, 'data', 'ola', ['ada', 'jan', 'ola', 'ewa', 'iza']);
    Y.applyUpdate(a, Y.encodeStateAsUpdate(b));
    expect(agreed(a, 'data')).toEqual(['jan', 'ola']);
  });
});
