import type { Comment } from '../../core/model';

const key = 'pathboard.read';
/** Boards and cards whose marks are kept on this device. */
const kept = 500;

/**
 * Which comments this person has not seen yet. Only this device knows; what was
 * said before it first opened a board counts as seen.
 */
class Unread {
  #seen = $state.raw<Readonly<Record<string, number>>>(read());

  /** The board is open here; everything said so far is old, the first time. */
  begin(board: string, comments: readonly Comment[]): void {
    if (this.#seen[board] === undefined) this.#keep({ [board]: newest(comments) });
    this.#board = board;
  }
  #board = $state('');

  count(comments: readonly Comment[], me: string): number {
    const since = this.#seen[this.#board] ?? Infinity;
    return comments.filter(
      (c) => c.author !== me && c.createdAt > Math.max(since, this.#seen[c.card] ?? 0),
    ).length;
  }

  /** The comments of a card have been looked at. */
  see(card: string, comments: readonly Comment[]): void {
    const latest = newest(comments);
    if (latest > (this.#seen[card] ?? 0)) this.#keep({ [card]: latest });
  }

  #keep(more: Record<string, number>): void {
    const all = Object.entries({ ...this.#seen, ...more });
    this.#seen = Object.fromEntries(all.slice(-kept));
    try {
      localStorage.setItem(key, JSON.stringify(this.#seen));
    } catch {
      // Remembered for as long as the page is open.
    }
  }
}

const newest = (comments: readonly Comment[]): number =>
  comments.reduce((latest, c) => Math.max(latest, c.createdAt), 0);

function read(): Record<string, number> {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    return Object.fromEntries(
      Object.entries(parsed as Record<string, unknown>).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number',
      ),
    );
  } catch {
    return {};
  }
}

export const unread = new Unread();
