import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { Comment } from '../model';
import { BoardCommands } from './commands';
import { Comments, mentions, threads } from './comments';
import { BoardStore } from './store';

function board() {
  const store = new BoardStore(new Y.Doc(), ['data']);
  let n = 0;
  const comments = new Comments(
    store.doc,
    'me',
    () => ++n,
    () => `c${++n}`,
  );
  return { store, comments, commands: new BoardCommands(store, 'me') };
}
const comment = (id: string, replyTo = '', card = 'x'): Comment => ({
  id,
  replyTo,
  card,
  author: 'me',
  text: id,
  createdAt: 0,
  resolvedAt: 0,
});

describe('comments', () => {
  it('are added, answered, settled and opened again', () => {
    const { store, comments } = board();
    const first = comments.add('x', '  Skąd to wiemy? ') ?? '';
    const reply = comments.add('x', 'Z ewidencji.', first) ?? '';
    expect(comments.add('x', '   ')).toBeNull();
    expect(store.comments().map((c) => [c.id, c.text, c.replyTo])).toEqual([
      [first, 'Skąd to wiemy?', ''],
      [reply, 'Z ewidencji.', first],
    ]);
    comments.resolve(first, true);
    expect(store.comments()[0]?.resolvedAt).toBeGreaterThan(0);
    comments.resolve(first, false);
    expect(store.comments()[0]?.resolvedAt).toBe(0);
  });

  it('can be taken back by their author only, and go with their card', () => {
    const { store, comments, commands } = board();
    const card = commands.addCard('data', 'note', 'x');
    const theirs = new Comments(store.doc, 'they').add(card, 'hm') ?? '';
    const mine = comments.add(card, 'mine') ?? '';
    comments.remove(theirs);
    comments.remove(mine);
    expect(store.comments().map((c) => c.id)).toEqual([theirs]);
    commands.deleteCard(card);
    expect(store.comments()).toEqual([]);
  });

  it('read as conversations, whatever foreign clients wrote', () => {
    const all = [
      comment('a'),
      comment('b', 'a'),
      comment('c', 'b'),
      comment('d', 'gone'),
      comment('e', 'f'),
      comment('f', 'e'),
      comment('g', 'a', 'other card'),
    ];
    const read = threads(all).map((t) => [t.first.id, ...t.replies.map((r) => r.id)]);
    expect(read).toEqual([['a', 'b', 'c'], ['d'], ['e'], ['f'], ['g']]);
  });

  it('speak to a person by the whole or the first name', () => {
    expect(mentions('Co Ty na to, @jagoda?', 'Jagoda Jarzębina')).toBe(true);
    expect(mentions('@Jagoda Jarzębina: tak', 'Jagoda Jarzębina')).toBe(true);
    expect(mentions('@Jagodami', 'Jagoda Jarzębina')).toBe(false);
    expect(mentions('Jagoda', 'Jagoda Jarzębina')).toBe(false);
    expect(mentions('@', ' ')).toBe(false);
  });
});
