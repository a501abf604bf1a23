import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { BoardCommands } from './commands';
import { Comments } from './comments';
import { CardDetails } from './details';
import { restoreBoard, restoreCard } from './restore';
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
  return { doc, store, commands, details: new CardDetails(doc, 'me'), undo: new Undo(doc) };
}

function copy(doc: Y.Doc): Y.Doc {
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  return other;
}

const texts = (store: BoardStore): string[] =>
  stages.flatMap((s) => store.list(s).map((id) => store.card(id)?.text ?? ''));

describe('restoring a board', () => {
  it('brings back cards, texts, links and comments, and keeps newer work', () => {
    const { doc, store, commands, details, undo } = board();
    const a = commands.addCard('data', 'difficulty', 'brak danych');
    const b = commands.addCard('solution', 'solution', 'otwarte dane');
    const link = commands.addLink(a, b, 'answers');
    commands.problemText().insert(0, 'Hałas');
    commands.setDone('data', true);
    details.tag(a, 'pilne');
    const said = new Comments(doc, 'me');
    said.add(a, 'skąd?');
    const past = copy(doc);

    commands.deleteCard(a);
    commands.cardText(b)?.insert(0, 'bardzo ');
    commands.moveCard(b, 'problem', null);
    commands.problemText().delete(0, 5);
    commands.setDone('data', false);
    const later = commands.addCard('data', 'note', 'nowsza');
    const toLater = commands.addLink(later, b);
    said.add(b, 'nowszy komentarz');
    undo.boundary();
    const changed = [texts(store), store.problem(), store.links().length];

    let transactions = 0;
    doc.on('afterTransaction', () => transactions++);
    restoreBoard(doc, past, 77);
    expect(transactions).toBe(1);
    expect(texts(store)).toEqual(['brak danych', 'otwarte dane']);
    expect(store.card(b)?.stage).toBe('solution');
    expect(store.card(a)?.tags).toEqual(['pilne']);
    expect(store.problem()).toBe('Hałas');
    expect(store.stage('data').done).toBe(true);
    expect(store.card(later)).toMatchObject({ text: 'nowsza', archived: true });
    expect(new Set(store.links().map((l) => l.id))).toEqual(new Set([link, toLater]));
    expect(store.comments().map((c) => c.text)).toEqual(
      expect.arrayContaining(['skąd?', 'nowszy komentarz']),
    );

    const update = Y.encodeStateAsUpdate(doc);
    restoreBoard(doc, past, 78);
    expect(Y.encodeStateAsUpdate(doc)).toEqual(update);

    undo.undo();
    expect([texts(store), store.problem(), store.links().length]).toEqual(changed);
    expect(store.card(later)?.archived).toBe(false);
  });

  it('merges with what another person writes meanwhile', () => {
    const one = board();
    const a = one.commands.addCard('data', 'note', 'stary tekst');
    const past = copy(one.doc);
    one.commands.cardText(a)?.insert(0, 'bardzo ');
    const two = board(copy(one.doc));
    two.commands.cardText(a)?.insert(two.commands.cardText(a)?.length ?? 0, ' i nowy');
    const b = two.commands.addCard('data', 'note', 'obok');
    restoreBoard(one.doc, past);
    Y.applyUpdate(one.doc, Y.encodeStateAsUpdate(two.doc));
    Y.applyUpdate(two.doc, Y.encodeStateAsUpdate(one.doc));
    for (const { store } of [one, two])
      expect(texts(store)).toEqual(['stary tekst i nowy', 'obok']);
    expect(one.store.card(b)?.archived).toBe(false);
  });

  it('restores one card with its links and comments and leaves the others', () => {
    const { doc, store, commands, undo } = board();
    const a = commands.addCard('data', 'note', 'a');
    const b = commands.addCard('data', 'note', 'b');
    commands.addLink(a, b);
    new Comments(doc, 'me').add(a, 'uwaga');
    const past = copy(doc);
    commands.deleteCard(a);
    commands.cardText(b)?.insert(1, 'ardzo');
    const later = commands.addCard('data', 'note', 'c');
    undo.boundary();
    restoreCard(doc, past, a);
    expect(texts(store)).toEqual(['a', 'bardzo', 'c']);
    expect(store.links()).toHaveLength(1);
    expect(store.comments()).toHaveLength(1);
    undo.undo();
    expect(texts(store)).toEqual(['bardzo', 'c']);
    restoreCard(doc, past, later);
    expect(store.card(later)?.archived).toBe(true);
  });
});
