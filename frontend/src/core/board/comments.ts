import * as Y from 'yjs';
import { newId as randomId } from '../ids';
import { local } from './commands';
import { readComment, roots } from './schema';

/** A comment's length in characters. */
export const commentMax = 2_000;

/** Writes what people say about cards. */
export class Comments {
  constructor(
    private readonly doc: Y.Doc,
    private readonly author: string,
    private readonly now: () => number = Date.now,
    private readonly newId: () => string = randomId,
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
