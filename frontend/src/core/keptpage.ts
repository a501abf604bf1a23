/**
 * How far a page of one's own has got:
 *
 *   saved    the server has it
 *   saving   on its way
 *   local    on this device only; it is sent as soon as the server answers
 *   refused  the server does not take it; it stays on this device
 */
export type PageState = 'saved' | 'saving' | 'local' | 'refused';

/** Where a page is kept besides this device. */
export interface PageServer<T> {
  read(): Promise<T>;
  /**
   * Returns what is kept now. `base` is what was read just before, where pages
   * are put together: what came since then is not to be lost.
   */
  write(value: T, base?: T): Promise<T>;
}

/** What became of a failed exchange: worth another try, or refused for good. */
export interface Failure {
  again: boolean;
  code: string;
}

export interface KeptPageOptions<T> {
  key: string;
  empty: T;
  server: PageServer<T>;
  storage: () => Storage;
  failure: (error: unknown) => Failure;
  changed: () => void;
  /**
   * Puts what this device and others of the same person wrote together; without
   * it the last one to write is right. `base` is what this device last had in
   * common with the server.
   */
  merge?: (base: T, mine: T, theirs: T) => T;
  /** Pause after the last change before it is sent, in ms. */
  pauseMs?: number;
  /** Pause before a failed exchange is tried again, in ms. */
  retryMs?: number;
}

interface Stored<T> {
  value: T;
  saved: boolean;
  base?: T;
}

/**
 * A page that one person writes: a ballot, private notes, feedback. Every change
 * is on this device before anything else happens, then goes to the server, again
 * and again until it is there or refused. A reload or an empty battery loses
 * nothing; what was not sent before is sent the next time the page is opened.
 */
export class KeptPage<T> {
  #value: T;
  /** What this device last had in common with the server. */
  #base: T;
  #state: PageState = 'saving';
  #refused = '';
  #unsent = false;
  #sending = false;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: KeptPageOptions<T>) {
    this.#value = this.#base = options.empty;
    const kept = this.#kept();
    if (!kept) return;
    this.#value = kept.value;
    this.#base = kept.base ?? (kept.saved ? kept.value : options.empty);
    this.#unsent = !kept.saved;
  }

  get value(): T {
    return this.#value;
  }

  get state(): PageState {
    return this.#state;
  }

  /** Why the server refused the page, or empty. */
  get refused(): string {
    return this.#refused;
  }

  /** Something the server has not confirmed. */
  get unsent(): boolean {
    return this.#unsent;
  }

  /** Sends what was not sent before, or asks the server what it has. */
  async start(): Promise<void> {
    if (this.#unsent) return this.#send();
    try {
      const value = await this.options.server.read();
      // A change made meanwhile is newer than what was asked for.
      if (!this.#unsent && !this.#closed) this.#take(value);
    } catch (error) {
      if (this.#unsent) return;
      if (this.options.failure(error).again) this.#later(() => this.start());
      this.#be('local');
    }
  }

  /** Asks for what another device of the same person wrote, unless something waits here. */
  async refresh(): Promise<void> {
    if (this.#unsent || this.#sending || this.#state !== 'saved') return;
    try {
      const value = await this.options.server.read();
      const same = JSON.stringify(value) === JSON.stringify(this.#value);
      if (!same && !this.#unsent && !this.#sending && !this.#closed) this.#take(value);
    } catch {
      // The next time will do.
    }
  }

  /** Replaces the page. */
  set(value: T): void {
    this.#value = value;
    this.#unsent = true;
    this.#refused = '';
    this.#keep();
    this.#be('saving');
    this.#later(() => this.#send(), this.options.pauseMs ?? 500);
  }

  /** Sends now what waits, as when the network is back. */
  nudge(): void {
    if (this.#unsent && this.#refused === '') void this.#send();
  }

  /** Takes the page off this device. */
  forget(): void {
    this.#unsent = false;
    try {
      this.options.storage().removeItem(this.options.key);
    } catch {
      // Then it was not kept either.
    }
  }

  /** Stops; what waits is sent when the page is opened again. */
  close(): void {
    if (this.#unsent && !this.#sending && this.#refused === '') void this.#send();
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #send(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#sending) return;
    this.#sending = true;
    const value = this.#value;
    try {
      const sent = await this.#write(value);
      if (this.#value === value) {
        this.#unsent = false;
        this.#take(sent);
      } else {
        // What came from elsewhere was not seen here: it is still news.
        this.#base = value;
      }
    } catch (error) {
      const { again, code } = this.options.failure(error);
      if (again) {
        this.#be('local');
        this.#later(() => this.#send());
      } else if (this.#value === value) {
        this.#refused = code;
        this.#be('refused');
      }
    } finally {
      this.#sending = false;
    }
    if (this.#unsent && this.#value !== value) await this.#send();
  }

  /** Writes the page with what others wrote since this device last knew. */
  async #write(mine: T): Promise<T> {
    const { merge, server } = this.options;
    if (!merge) return server.write(mine);
    const theirs = await server.read();
    return server.write(merge(this.#base, mine, theirs), theirs);
  }

  #take(value: T): void {
    this.#value = this.#base = value;
    this.#keep();
    this.#be('saved');
  }

  #later(f: () => Promise<void>, ms = this.options.retryMs ?? 4_000): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void f(), ms);
  }

  #be(state: PageState): void {
    this.#state = state;
    if (!this.#closed) this.options.changed();
  }

  #kept(): Stored<T> | null {
    try {
      const text = this.options.storage().getItem(this.options.key);
      return text ? (JSON.parse(text) as Stored<T>) : null;
    } catch {
      return null;
    }
  }

  #keep(): void {
    try {
      const stored: Stored<T> = { value: this.#value, saved: !this.#unsent, base: this.#base };
      this.options.storage().setItem(this.options.key, JSON.stringify(stored));
    } catch {
      // Without storage the page lives on the server and in this tab.
    }
  }
}
