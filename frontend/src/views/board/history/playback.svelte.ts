import type { Card, Stage } from '../../../core/model';
import {
  momentsBefore,
  parseFilm,
  PastBoard,
  watch,
  type Film,
  type FilmPhase,
  type Moment,
} from '../../../core/past';

/** The next moment follows after so long at the speed 1, in ms. */
const everyMs = 1_600;
export const speeds = [0.5, 1, 2, 4] as const;

/** A pause in the work longer than this is spoken of; the film jumps over all of them. */
export const idleMs = 10 * 60_000;

/** The beginning of a phase of the day, behind so many moments. */
export interface Mark extends FilmPhase {
  readonly after: number;
}

const nextTask = (): Promise<void> => new Promise((go) => setTimeout(go));

/** A board's past, at one of its moments. */
export class Playback {
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  /** Why it could not be loaded, where the server says. */
  failure = $state('');
  moments = $state.raw<readonly Moment[]>([]);
  marks = $state.raw<readonly Mark[]>([]);
  /** So many moments are shown; 0 is the beginning. */
  at = $state(0);
  playing = $state(false);
  speed = $state(1);
  #film: Film = { base: null, changes: [] };
  #board = new PastBoard();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly fetchFilm: () => Promise<string>,
    private readonly stages: () => readonly Stage[],
  ) {}

  get film(): Film {
    return this.#film;
  }

  /** What was done last; null at the beginning. */
  get moment(): Moment | null {
    return this.moments[this.at - 1] ?? null;
  }

  /** The phase of the day that this moment is in; null before the first. */
  get phase(): Mark | null {
    return this.marks.findLast((mark) => mark.after <= this.at) ?? null;
  }

  /** How long nobody had done anything before the n-th moment, in ms. */
  idle(n: number): number {
    const [before, moment] = [this.moments[n - 2], this.moments[n - 1]];
    return before && moment ? moment.from - before.until : 0;
  }

  get last(): boolean {
    return this.at === this.moments.length;
  }

  /** The board at this moment. It is one object: ask again after `at` changed. */
  get board(): PastBoard {
    return this.#board;
  }

  async load(): Promise<void> {
    this.pause();
    this.state = 'loading';
    try {
      const film = parseFilm(await this.fetchFilm());
      const { first, moments } = await watch(film, nextTask);
      this.#film = film;
      this.#board = first;
      this.moments = moments;
      this.marks = (film.phases ?? []).map((p) => ({ ...p, after: momentsBefore(moments, p.at) }));
      this.at = 0;
      this.go(moments.length);
      this.state = 'ready';
    } catch (error) {
      this.failure = error instanceof Error ? error.message : '';
      this.state = 'failed';
    }
  }

  /** Shows so many moments. */
  go(n: number): void {
    const to = Math.max(0, Math.min(this.moments.length, Math.round(n)));
    let at = this.at;
    for (; at < to; at++) this.#play(at, false);
    for (; at > to; at--) this.#play(at - 1, true);
    this.at = to;
  }

  #play(index: number, back: boolean): void {
    const moment = this.moments[index];
    if (moment) this.#board.play(moment, back);
  }

  play(): void {
    if (this.last) this.go(0);
    this.playing = true;
    this.#later();
  }

  pause(): void {
    this.playing = false;
    clearTimeout(this.#timer);
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.go(this.at + 1);
      if (this.last) this.pause();
      else this.#later();
    }, everyMs / this.speed);
  }

  /** The stage a card is shown in. */
  stageOf(card: Card): string {
    const ids = this.stages().map((s) => s.id);
    return ids.includes(card.stage) ? card.stage : (ids[0] ?? '');
  }
}
