import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { BoardCommands, local } from './commands';
import { BoardStore } from './store';
import { Undo } from './undo';

const stages = ['problem', 'data', 'solution'];

function board(doc = new Y.Doc()) {
  const store = new BoardStore(doc, stages);
  let n = 0;
  const commands = new BoardCommands(
    store,
    'me',
    () => ++n,
    () => `${doc.clientID}-${++n}`,
  );
  return { doc, store, commands, undo: new Undo(doc) };
}

const texts = (store: BoardStore, stage: string) =>
  store.list(stage).map((id) => store.card(id)?.text);

describe('a board', () => {
  it('adds cards at the end, behind another, and moves them in front of one', () => {
    const { store, commands } = board();
    const a = commands.addCard('data', 'data', 'a');
    const c = commands.addCard('data', 'data', 'c');
    commands.addCard('data', 'data', 'b', a);
    expect(texts(store, 'data')).toEqual(['a', 'b', 'c']);
    commands.moveCard(c, 'data', a);
    expect(texts(store, 'data')).toEqual(['c', 'a', 'b']);
    commands.moveCard(a, 'solution', null);
    expect(texts(store, 'data')).toEqual(['c', 'b']);
    expect(texts(store, 'solution')).toEqual(['a']);
  });

  it('makes every command one transaction of local origin', () => {
    const { doc, commands } = board();
    const origins: unknown[] = [];
    doc.on('afterTransaction', (t: Y.Transaction) => origins.push(t.origin));
    const id = commands.addCard('data', 'data', 'a');
    commands.setColor(id, 'leaf');
    commands.duplicate(id);
    commands.deleteCard(id);
    expect(origins).toEqual([local, local, local, local]);
  });

  it('keeps both beginnings when two people start the same text at once', () => {
    const [a, b] = [board(), board()];
    for (const [who, word] of [
      [a, 'Upał'],
      [b, 'Hałas'],
    ] as const) {
      who.commands.problemText().insert(0, word);
      who.commands.summaryText('data').insert(0, word);
      who.commands.setDone('data', true);
    }
    Y.applyUpdate(a.doc, Y.encodeStateAsUpdate(b.doc));
    Y.applyUpdate(b.doc, Y.encodeStateAsUpdate(a.doc));
    expect(Y.encodeStateVector(a.doc)).toEqual(Y.encodeStateVector(b.doc));
    for (const text of [a.store.problem(), a.store.stage('data').summary]) {
      expect(text).toContain('Upał');
      expect(text).toContain('Hałas');
    }
    expect(b.store.stage('data')).toEqual(a.store.stage('data'));
  });

  it('leaves alone what somebody else has made', () => {
    const { doc, store, commands } = board();
    doc.getMap('meta').set('problem', new Y.Text('theirs'));
    doc.getMap('stages').set('data', new Y.Map([['done', true]]));
    commands.problemText().insert(6, '!');
    commands.summaryText('data').insert(0, 'mine');
    expect(store.problem()).toBe('theirs!');
    expect(store.stage('data')).toEqual({ summary: 'mine', done: true });
  });

  it('joins two cards once, and loses the link with either of them', () => {
    const { store, commands, undo } = board();
    const [a, b] = [commands.addCard('data', 'data', 'a'), commands.addCard('data', 'method', 'b')];
    const link = commands.addLink(a, b, 'feeds');
    expect(commands.addLink(a, b, 'feeds')).toBe(link);
    expect(commands.addLink(a, a)).toBeNull();
    expect(store.links()).toEqual([{ id: link, from: a, to: b, kind: 'feeds', label: '' }]);
    undo.boundary();
    commands.deleteCard(b);
    expect(store.links()).toEqual([]);
    undo.undo();
    expect(store.links().map((l) => l.id)).toEqual([link]);
    expect(texts(store, 'data')).toEqual(['a', 'b']);
    commands.removeLink(link ?? '');
    expect(store.links()).toEqual([]);
  });

  it('undoes only what this person did', () => {
    const mine = board();
    const theirs = board();
    mine.commands.addCard('data', 'data', 'mine');
    Y.applyUpdate(theirs.doc, Y.encodeStateAsUpdate(mine.doc));
    theirs.commands.addCard('data', 'data', 'theirs');
    Y.applyUpdate(mine.doc, Y.encodeStateAsUpdate(theirs.doc), 'remote');
    mine.undo.undo();
    expect(texts(mine.store, 'data')).toEqual(['theirs']);
    mine.undo.redo();
    expect(texts(mine.store, 'data').sort()).toEqual(['mine', 'theirs']);
  });

  it('forgives what it does not know', () => {
    const { doc, store } = board();
    const cards = doc.getMap('cards');
    const odd = new Y.Map();
    odd.set('kind', 'hologram');
    odd.set('stage', 'nowhere');
    odd.set('text', 'plain string');
    cards.set('odd', odd);
    cards.set('broken', 42);
    expect(store.card('odd')).toMatchObject({ kind: 'note', text: 'plain string' });
    expect(store.card('broken')).toBeUndefined();
    expect(store.list('problem')).toEqual(['odd']);
  });

  it('converges, and its store equals a fresh reading, whatever two people do', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.nat(5), fc.nat(50), fc.nat(50)), { maxLength: 40 }),
        (steps) => {
          const people = [board(), board()] as const;
          for (const [who, what, x, y] of steps) {
            const { store, commands, doc } = people[who ? 1 : 0];
            const ids = [...store.cards()].map((c) => c.id).sort();
            const id = ids[x % (ids.length || 1)];
            const stage = stages[y % 3] ?? 'data';
            const list = store.list(stage);
            if (what === 0 || !id) commands.addCard(stage, 'note', String(x), list[y] ?? null);
            else if (what === 1) commands.moveCard(id, stage, list[x % (list.length + 1)] ?? null);
            else if (what === 2) commands.cardText(id)?.insert(0, 'ż');
            else if (what === 3) commands.deleteCard(id);
            else {
              const other = people[who ? 0 : 1].doc;
              Y.applyUpdate(other, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(other)));
            }
          }
          const [a, b] = people;
          Y.applyUpdate(a.doc, Y.encodeStateAsUpdate(b.doc));
          Y.applyUpdate(b.doc, Y.encodeStateAsUpdate(a.doc));
          for (const stage of stages) {
            expect(a.store.list(stage)).toEqual(b.store.list(stage));
            expect(new BoardStore(a.doc, stages).list(stage)).toEqual(a.store.list(stage));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
