import { left, passed } from '../core';
import type { Phase, Timer } from '../core/day';
import type { Workshop } from '../core/model';
import { loc, t } from '../i18n/index.svelte';
import { keepTime, serverClock } from './clock';

/** The day on this screen: a countdown that moves, and what is worth saying aloud. */
export class Today {
  leftMs = $state(0);
  /** Whether the server's time is known: before that no countdown is shown. */
  known = $state(serverClock.known);
  /** What a screen reader is told, once. */
  said = $state('');
  phase = $state.raw<Phase | null>(null);
  timer = $state.raw<Timer | null>(null);
  #tick: ReturnType<typeof setTimeout> | undefined;
  readonly #stop: () => void;

  constructor(private readonly ring: () => void = () => undefined) {
    this.#stop = keepTime(() => {
      this.known = true;
      this.#look(false);
    });
  }

  /** Takes the workshop as it is now. The first one is no news. */
  follow(workshop: Workshop): void {
    const [before, was, first] = [this.phase, this.timer, this.#last === null];
    this.phase = workshop.phase;
    this.timer = workshop.timer;
    this.#last = this.#key;
    this.#look(before?.id === this.phase?.id);
    if (first || !this.phase || !this.timer) return;
    if (before?.id !== this.phase.id) {
      // Rounded: what the clocks differ by must not make six minutes seven.
      const n = Math.max(0, Math.round(this.leftMs / 60_000));
      this.said = t('now.said.phase', { phase: loc(this.phase.name), n });
    } else if (was && was.running !== this.timer.running) {
      this.said = t(this.timer.running ? 'now.said.resumed' : 'now.said.paused');
    }
  }

  close(): void {
    clearTimeout(this.#tick);
    this.#stop();
  }

  #last: string | null = null;
  get #key(): string {
    return this.phase?.id ?? '';
  }

  /** Reads the clock and sleeps until the next whole second of the countdown. */
  #look(same: boolean): void {
    clearTimeout(this.#tick);
    if (!this.timer) return;
    const before = this.leftMs;
    this.leftMs = left(this.timer, serverClock.now());
    if (!this.timer.running) return;
    const mark = same && this.known ? passed(before, this.leftMs) : null;
    if (mark !== null) this.said = t(`now.said.${mark}`);
    if (mark === 0) this.ring();
    const rest = ((this.leftMs % 1_000) + 1_000) % 1_000;
    this.#tick = setTimeout(() => this.#look(true), rest + 5);
  }
}
