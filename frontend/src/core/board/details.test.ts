import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { BoardCommands, cardTextMax, local } from './commands';
import { CardDetails, tagsMax } from './details';
import { merge, split } from './reshape';
import { BoardStore } from './store';
import { Undo } from './undo';

function board(author = 'me') {
  const doc = new Y.Doc();
  const store = new BoardStore(doc, ['data', 'solution']);
  let n = 0;
  const commands = new BoardCommands(
    store,
    author,
    () => ++n,
    () => `${author}-${++n}`,
  );
  return { doc, store, commands, details: new CardDetails(doc, author), undo: new Undo(doc) };
}
const both = (a: Y.Doc, b: Y.Doc): void => {
  Y.applyUpdate(a, Y.encodeStateAsUpdate(b));
  Y.applyUpdate(b, Y.encodeStateAsUpdate(a));
};

describe("a card's details", () => {
  it('are set, trimmed and taken away again', () => {
    const { store, commands, details } = board();
    const id = commands.addCard('data', 'action', 'x');
    details.set(id, 'owner', '  Tymon ');
    details.set(id, 'due', '2024-03-22');
    details.setState(id, 'doing');
    expect(details.tag(id, ' #Pilne  teraz ')).toBe(true);
    expect(store.card(id)).toMatchObject({
      owner: 'Tymon',
      due: '2024-03-22',
      state: 'doing',
      tags: ['Pilne teraz'],
    });
    details.set(id, 'owner', ' ');
    details.setState(id, '');
    details.untag(id, 'Pilne teraz');
    expect(store.card(id)).toMatchObject({ owner: '', state: '', tags: [] });
  });

  it('hold only so many tags, and say so', () => {
    const { store, commands, details } = board();
    const id = commands.addCard('data', 'action', 'x');
    for (let i = 0; i < tagsMax; i++) expect(details.tag(id, `t${i}`)).toBe(true);
    expect(details.tag(id, 'one more')).toBe(false);
    expect(details.tag(id, 't1')).toBe(true);
    expect(details.tag(id, '  ')).toBe(false);
    expect(store.card(id)?.tags.length).toBe(tagsMax);
  });

  it('puts cards aside and brings them back to their place', () => {
    const { store, commands, details } = board();
    const [a, b, c] = commands.addCards(
      'data',
      ['a', 'b', 'c'].map((text) => ({ kind: 'note', text })),
    );
    details.archive([b ?? '']);
    expect(store.list('data')).toEqual([a, c]);
    expect(store.card(b ?? '')?.archived).toBe(true);
    expect(store.newest(9).map((card) => card.id)).not.toContain(b);
    details.unarchive(b ?? '');
    expect(store.list('data')).toEqual([a, b, c]);
  });

  it('keeps the reactions of two people who react at once', () => {
    const [a, b] = [board('a'), board('b')];
    const id = a.commands.addCard('data', 'note', 'x');
    a.details.react(id, 'thanks');
    both(a.doc, b.doc);
    a.details.react(id, 'agree');
    b.details.react(id, 'agree');
    both(a.doc, b.doc);
    expect(a.store.card(id)?.reactions.get('agree')).toEqual(['a', 'b']);
    b.details.react(id, 'agree');
    both(a.doc, b.doc);
    expect(a.store.card(id)?.reactions.get('agree')).toEqual(['a']);
  });
});

describe('reshaping', () => {
  it('moves several cards together, in their order', () => {
    const { store, commands } = board();
    const ids = commands.addCards(
      'data',
      ['a', 'b', 'c'].map((text) => ({ kind: 'note', text })),
    );
    const there = commands.addCards(
      'solution',
      ['x', 'y'].map((text) => ({ kind: 'note', text })),
    );
    commands.moveCards([ids[2] ?? '', ids[0] ?? ''], 'solution', there[1] ?? null);
    expect(store.list('solution').map((id) => store.card(id)?.text)).toEqual(['x', 'c', 'a', 'y']);
    expect(store.list('data')).toEqual([ids[1]]);
  });

  it('splits a card at its lines, in one step of undo', () => {
    const { doc, store, commands, undo } = board();
    const id = commands.addCard('data', 'data', 'pierwsza\n\n druga \ntrzecia');
    commands.setColor(id, 'sky');
    commands.addCard('data', 'data', 'za nią');
    undo.boundary();
    const origins: unknown[] = [];
    doc.on('afterTransaction', (t: Y.Transaction) => origins.push(t.origin));
    expect(split(store, commands, id)).toHaveLength(2);
    expect(origins).toEqual([local]);
    const texts = (): (string | undefined)[] => store.list('data').map((c) => store.card(c)?.text);
    expect(texts()).toEqual(['pierwsza', 'druga', 'trzecia', 'za nią']);
    expect(store.card(store.list('data')[2] ?? '')).toMatchObject({ kind: 'data', color: 'sky' });
    undo.undo();
    expect(texts()).toEqual(['pierwsza\n\n druga \ntrzecia', 'za nią']);
    expect(split(store, commands, store.list('data')[1] ?? '')).toEqual([]);
  });

  it('merges texts, tags and links, and undoes it as one step', () => {
    const { store, commands, details, undo } = board();
    const [a = '', b = '', c = '', d = ''] = commands.addCards(
      'data',
      ['a', 'b', 'c', 'd'].map((text) => ({ kind: 'note', text })),
    );
    details.tag(b, 'pilne');
    commands.addLink(a, b, 'feeds');
    commands.addLink(a, d, 'feeds');
    commands.addLink(b, d, 'feeds');
    commands.addLink(d, c, 'leads');
    undo.boundary();
    expect(merge(store, [a, b, c])).toBe(a);
    expect(store.list('data')).toEqual([a, d]);
    expect(store.card(a)).toMatchObject({ text: 'a\nb\nc', tags: ['pilne'] });
    expect(
      store
        .links()
        .map((l) => [l.from, l.to, l.kind])
        .sort(),
    ).toEqual(
      [
        [a, d, 'feeds'],
        [d, a, 'leads'],
      ].sort(),
    );
    undo.undo();
    expect(store.list('data')).toEqual([a, b, c, d]);
    expect(store.links()).toHaveLength(4);
  });

  it('refuses to merge what would not fit, and leaves it as it is', () => {
    const { store, commands } = board();
    const half = 'x'.repeat(cardTextMax / 2 + 1);
    const ids = commands.addCards(
      'data',
      [half, half].map((text) => ({ kind: 'note', text })),
    );
    expect(merge(store, ids)).toBeNull();
    expect(store.list('data')).toEqual(ids);
    expect(merge(store, ids.slice(0, 1))).toBeNull();
  });
});
