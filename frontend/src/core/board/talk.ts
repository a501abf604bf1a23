import type { Comment } from '../model';

/** A comment and its answers. */
export interface Thread {
  readonly first: Comment;
  readonly replies: readonly Comment[];
}

/** Comments as conversations; an answer to one that is gone begins its own. */
export function threads(comments: readonly Comment[]): Thread[] {
  const byId = new Map(comments.map((c) => [c.id, c]));
  const replies = new Map<string, Comment[]>();
  const firsts: Comment[] = [];
  for (const comment of comments) {
    const head = headOf(comment, byId);
    if (head === comment) firsts.push(comment);
    else replies.set(head.id, [...(replies.get(head.id) ?? []), comment]);
  }
  return firsts.map((first) => ({ first, replies: replies.get(first.id) ?? [] }));
}

/** The beginning of a conversation; foreign clients may make circles. */
function headOf(comment: Comment, byId: ReadonlyMap<string, Comment>): Comment {
  const seen = new Set<string>();
  let at = comment;
  while (!seen.has(at.id)) {
    seen.add(at.id);
    const next = byId.get(at.replyTo);
    if (!next || next.card !== comment.card) return at;
    at = next;
  }
  return comment;
}

/** Whether a text speaks to somebody by name, as in "@Jagoda Jarzębina". */
export function mentions(text: string, name: string): boolean {
  if (!name.trim()) return false;
  const [said, whole] = [text.toLocaleLowerCase('pl'), `@${name.trim().toLocaleLowerCase('pl')}`];
  const first = whole.split(/\s+/)[0] ?? whole;
  return [whole, first].some((wanted) => {
    for (let at = said.indexOf(wanted); at >= 0; at = said.indexOf(wanted, at + 1)) {
      if (!/[\p{L}\p{N}]/u.test(said[at + wanted.length] ?? '')) return true;
    }
    return false;
  });
}

/** Why a comment is news to somebody: it names them, answers them or is about their card. */
export type Reason = 'mention' | 'reply' | 'card';

export interface News {
  readonly comment: Comment;
  readonly reason: Reason;
}

/**
 * What others said that concerns a person, newest first.
 *
 * @param authorOf the author of a card; undefined when it is gone
 */
export function newsFor(
  me: string,
  name: string,
  comments: readonly Comment[],
  authorOf: (card: string) => string | undefined,
): News[] {
  const byId = new Map(comments.map((c) => [c.id, c]));
  const mine = new Set(comments.filter((c) => c.author === me).map((c) => headOf(c, byId).id));
  const news: News[] = [];
  for (const comment of comments) {
    const author = authorOf(comment.card);
    if (comment.author === me || author === undefined) continue;
    if (mentions(comment.text, name)) news.push({ comment, reason: 'mention' });
    else if (mine.has(headOf(comment, byId).id)) news.push({ comment, reason: 'reply' });
    else if (author === me) news.push({ comment, reason: 'card' });
  }
  return news.sort((a, b) => b.comment.createdAt - a.comment.createdAt);
}
