import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { Comment } from '../model';
import { BoardCommands } from './commands';
import { Comments } from './comments';
import { BoardStore } from './store';
import { mentions, newsFor, threads } from './talk';

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

  it('are news to whom they name, answer or whose card they are about', () => {
    const say = (
      id: string,
      author: string,
      card: string,
      text: string,
      replyTo = '',
    ): Comment => ({
      ...comment(id, replyTo, card),
      author,
      text,
      createdAt: Number(id),
    });
    const all = [
      say('1', 'me', 'theirs', 'Skąd te dane?'),
      say('2', 'olga', 'theirs', 'Z ewidencji.', '1'),
      say('3', 'olga', 'theirs', 'Coś innego.'),
      say('4', 'olga', 'mine', 'Dobre!'),
      say('5', 'olga', 'theirs', 'Sprawdzisz, @Ada?'),
      say('6', 'olga', 'gone', '@Ada'),
    ];
    const authors: Record<string, string> = { mine: 'me', theirs: 'olga' };
    const news = newsFor('me', 'Ada Wymyślna', all, (card) => authors[card]);
    expect(news.map((n) => [n.comment.id, n.reason])).toEqual([
      ['5', 'mention'],
      ['4', 'card'],
      ['2', 'reply'],
    ]);
  });
});
