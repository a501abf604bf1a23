import * as Y from 'yjs';
import type { Comment } from '../model';
import { local } from './commands';
import { readComment, roots } from './schema';

/** A comment's length in characters. */
export const commentMax = 2_000;

/** A comment and its answers. */
export interface Thread {
  readonly first: Comment;
  readonly replies: readonly Comment[];
}

/** Writes what people say about cards. */
export class Comments {
  constructor(
    private readonly doc: Y.Doc,
    private readonly author: string,
    private readonly now: () => number = Date.now,
    private readonly newId: () => string = () => crypto.randomUUID(),
  ) {}

  /** Says something about a card and returns the comment's id, or null when it is empty. */
  add(card: string, text: string, replyTo = ''): string | null {
    const said = text.trim().slice(0, commentMax);
    if (said === '') return null;
    const id = this.newId();
    const entries = { card, author: this.author, text: said, createdAt: this.now() };
    this.doc.transact(() => {
      const map = new Y.Map<unknown>(Object.entries(entries));
      if (replyTo) map.set('replyTo', replyTo);
      roots(this.doc).comments.set(id, map);
    }, local);
    return id;
  }

  /** Settles the matter of a comment, or opens it again. */
  resolve(id: string, resolved: boolean): void {
    const map = roots(this.doc).comments.get(id);
    if (!(map instanceof Y.Map)) return;
    this.doc.transact(() => {
      if (resolved) map.set('resolvedAt', this.now());
      else map.delete('resolvedAt');
    }, local);
  }

  /** Takes back one's own comment; answers to it stay. */
  remove(id: string): void {
    const { comments } = roots(this.doc);
    const comment = readComment(id, comments.get(id));
    if (comment?.author === this.author) this.doc.transact(() => comments.delete(id), local);
  }
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
