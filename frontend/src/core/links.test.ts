import { describe, expect, it } from 'vitest';
import { endsOf, openEnd } from './links';
import type { Card, CardKind, Link } from './model';
import { suggestLink } from './suggest';

const card = (id: string, kind: CardKind, more: Partial<Card> = {}): Card => ({
  id,
  kind,
  stage: 'data',
  order: 'a0',
  text: id,
  author: '',
  createdAt: 0,
  color: null,
  tags: [],
  owner: '',
  due: '',
  state: '',
  ref: '',
  archived: false,
  image: null,
  reactions: new Map(),
  ...more,
});
const link = (from: string, to: string, kind = ''): Link => ({
  id: from + to,
  from,
  to,
  kind,
  label: '',
});

describe('links', () => {
  it('are suggested with a kind and the direction it is read in', () => {
    const [data, method] = [card('d', 'data'), card('m', 'method')];
    expect(suggestLink(data, method)).toEqual({ from: 'd', to: 'm', kind: 'feeds' });
    expect(suggestLink(method, data)).toEqual({ from: 'd', to: 'm', kind: 'feeds' });
    const [trouble, way] = [card('t', 'difficulty'), card('s', 'solution')];
    expect(suggestLink(way, trouble)).toEqual({ from: 't', to: 's', kind: 'solves' });
    expect(suggestLink(card('a', 'data'), card('b', 'problem')).kind).toBe('');
  });

  it('close open ends, whichever way they are drawn', () => {
    const cards = new Map(
      [card('t', 'difficulty'), card('s', 'solution'), card('m', 'method'), card('d', 'data')].map(
        (c) => [c.id, c],
      ),
    );
    const of = (id: string, links: Link[]) =>
      openEnd(cards.get(id) as Card, links, (other) => cards.get(other));
    expect(of('t', [])).toBe('solution');
    expect(of('m', [])).toBe('data');
    expect(of('d', [])).toBeNull();
    expect(of('t', [link('t', 'm')])).toBe('solution');
    expect(of('t', [link('s', 't')])).toBeNull();
    expect(of('m', [link('m', 'd', 'feeds')])).toBeNull();
    expect(of('m', [link('m', 'gone', 'feeds')])).toBe('data');
  });

  it('see no open end at what is settled, put aside or still empty', () => {
    for (const more of [{ state: 'done' }, { archived: true }, { text: ' ' }])
      expect(openEnd(card('t', 'difficulty', more), [], () => undefined)).toBeNull();
  });

  it('are found from both ends, and not at all when an end is gone', () => {
    const ends = (from: string, to: string): readonly string[] =>
      endsOf(link(from, to), (id) => id !== 'gone');
    expect(ends('a', 'b')).toEqual(['a', 'b']);
    expect(ends('a', 'gone')).toEqual([]);
    expect(ends('gone', 'a')).toEqual([]);
    expect(ends('a', 'a')).toEqual([]);
  });
});
