import type { Comment } from '../../core/model';

const key = 'pathboard.read';
/** Boards and comments whose marks are kept on this device. */
const boardsMost = 12;
const commentsMost = 2_000;

type Kept = Readonly<Record<string, readonly string[]>>;

/**
 * Which comments this person has not seen yet. Only this device knows; what was
 * said before it first opened a board counts as seen. Comments are known by
 * their ids, for the clocks of phones do not agree.
 */
class Unread {
  #kept: Kept = read();
  #board = '';
  #seen = $state.raw<ReadonlySet<string> | null>(null);
  /** What had been said on the board when it was opened here. */
  before: ReadonlySet<string> = new Set();

  /** The board is open here; everything said so far is old, the first time. */
  begin(board: string, comments: readonly Comment[]): void {
    if (this.#board === board) return;
    this.#board = board;
    this.before = new Set(comments.map((c) => c.id));
    const known = this.#kept[board];
    this.#seen = new Set(known ?? []);
    if (!known) this.#keep(comments.map((c) => c.id));
  }

  /** Whether a comment of somebody else has not been looked at. */
  fresh(comment: Comment, me: string): boolean {
    return this.#seen !== null && comment.author !== me && !this.#seen.has(comment.id);
  }

  count(comments: readonly Comment[], me: string): number {
    return comments.reduce((n, c) => n + (this.fresh(c, me) ? 1 : 0), 0);
  }

  /** These comments have been looked at. */
  see(comments: readonly Comment[]): void {
    const more = comments.filter((c) => !this.#seen?.has(c.id)).map((c) => c.id);
    if (more.length > 0) this.#keep(more);
  }

  #keep(more: readonly string[]): void {
    const ids = [...(this.#seen ?? []), ...more].slice(-commentsMost);
    this.#seen = new Set(ids);
    const others = Object.entries(this.#kept).filter(([board]) => board !== this.#board);
    this.#kept = Object.fromEntries([...others.slice(1 - boardsMost), [this.#board, ids]]);
    try {
      localStorage.setItem(key, JSON.stringify(this.#kept));
    } catch {
      // Remembered for as long as the page is open.
    }
  }
}

function read(): Kept {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    return Object.fromEntries(
      Object.entries(parsed as Record<string, unknown>).filter(
        (entry): entry is [string, string[]] => Array.isArray(entry[1]),
      ),
    );
  } catch {
    return {};
  }
}

export const unread = new Unread();
