/** The part of localStorage that is needed. */
export interface Notes {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  key(index: number): string | null;
  readonly length: number;
}

/**
 * Notes, written in the same instant as a change, that a document has changes
 * which no server has confirmed. They outlive the page: a reload offline still
 * knows what is on this device only. Each open page has a note of its own, so
 * that one tab cannot declare another's changes saved.
 */
export class Ledger {
  readonly #own: string;
  readonly #prefix: string;
  #pending = 0;
  /** Notes of earlier pages, as found when this one opened. */
  #inherited = new Map<string, string>();

  constructor(
    document: string,
    page: string,
    private readonly notes: () => Notes,
  ) {
    this.#prefix = `pathboard.pending.${document}.`;
    this.#own = this.#prefix + page;
    this.#try((notes) => {
      for (let i = 0; i < notes.length; i++) {
        const key = notes.key(i);
        if (!key?.startsWith(this.#prefix)) continue;
        this.#inherited.set(key, notes.getItem(key) ?? '1');
      }
    });
  }

  /** Changes not confirmed, of this page and of those before it. */
  get pending(): number {
    let sum = this.#pending;
    for (const note of this.#inherited.values()) sum += Math.max(1, Number(note) || 1);
    return sum;
  }

  /** A change was made on this page. */
  changed(): void {
    this.#pending++;
    this.#try((notes) => notes.setItem(this.#own, String(this.#pending)));
  }

  /** All changes of this page are confirmed. */
  confirmed(): void {
    if (this.#pending === 0) return;
    this.#pending = 0;
    this.#try((notes) => notes.removeItem(this.#own));
  }

  /** So is what the device had kept when this page opened. */
  inheritedConfirmed(): void {
    if (this.#inherited.size === 0) return;
    this.#try((notes) => {
      for (const [key, value] of this.#inherited) {
        // A note that has changed since is a living tab's.
        if (notes.getItem(key) === value) notes.removeItem(key);
      }
    });
    this.#inherited.clear();
  }

  #try(f: (notes: Notes) => void): void {
    try {
      f(this.notes());
    } catch {
      // A browser that forbids notes keeps no copies either; the page itself
      // still knows what it has changed.
    }
  }
}
