import { serverClock } from './clock';

/**
 * The server's time on this page, read anew at each whole second that is left
 * until `end`, so that all screens turn at once. `close` when the page goes.
 */
export class Seconds {
  now = $state(serverClock.now());
  /** Whether the server's time is known: before that no countdown is shown. */
  known = $state(serverClock.known);
  #end = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#look();
  }

  /** The moment before which seconds are counted; nothing: any. */
  until(end: string | undefined): void {
    const at = end ? Date.parse(end) : 0;
    if (at === this.#end) return;
    this.#end = at;
    this.#look();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    clearTimeout(this.#timer);
    this.now = serverClock.now();
    this.known = serverClock.known;
    const rest = (((this.#end - this.now) % 1_000) + 1_000) % 1_000;
    this.#timer = setTimeout(() => this.#look(), rest + 5);
  }
}
