/** Who changed something counts as writing for so long after it, in ms. */
const writingMs = 500;
/** The part of the time that showing what others did may take meanwhile ... */
const share = 0.25;
/** ... but nothing waits for longer than this, in ms. */
const mostMs = 300;

/**
 * Says when the changes of others are shown to a person who writes. Each
 * showing is work for the browser, and a letter that is typed meanwhile waits
 * for its end. So changes are shown together, the rarer the more the last ones
 * cost, and with the frame of a letter where one comes in time, which is then
 * the only one. Who does not write sees each change in the next frame.
 */
export class Pace {
  #wrote = -Infinity;
  #shown = -Infinity;
  /** How long after others' changes the next ones may come, in ms. */
  #rest = 0;
  #waitsSince: number | null = null;

  /** @param now the time in ms */
  constructor(private readonly now: () => number) {}

  /** The person changed something. */
  wrote(): void {
    this.#wrote = this.now();
  }

  /**
   * Others changed something that is not shown yet.
   *
   * @returns how long it waits for a frame of the person's own, in ms
   */
  waits(): number {
    const now = this.now();
    this.#waitsSince ??= now;
    return this.#writes(now) ? Math.max(0, this.#waitsSince + mostMs - now) : 0;
  }

  /** Whether a frame that comes now shows what others did, too. */
  get open(): boolean {
    const now = this.now();
    return (
      !this.#writes(now) ||
      now - this.#shown >= this.#rest ||
      (this.#waitsSince !== null && now - this.#waitsSince >= mostMs)
    );
  }

  /**
   * All is shown.
   *
   * @returns to be called when the browser has done its work on it
   */
  shows(): () => void {
    const began = (this.#shown = this.now());
    this.#waitsSince = null;
    return () => {
      this.#rest = Math.min(mostMs, (this.now() - began) / share);
    };
  }

  #writes(now: number): boolean {
    return now - this.#wrote < writingMs;
  }
}
