import type { Warmup, WarmupAnswer } from '../core/conduct';
import type { WorkshopPage } from './workshop.svelte';

/** Answers are asked for this often while the question is open, in ms. */
const everyMs = 2_000;

/** What people answer to the warm-up question, while it is on screen. */
export class WarmupAnswers {
  list = $state.raw<readonly WarmupAnswer[]>([]);
  #question = '';

  constructor(private readonly page: WorkshopPage) {}

  /**
   * Asks for the answers now, and again while the question is open.
   *
   * @returns how to stop
   */
  follow(warmup: Warmup | null): () => void {
    if (warmup?.id !== this.#question) this.list = [];
    this.#question = warmup?.id ?? '';
    if (!warmup) return () => undefined;
    const ask = (): void => {
      if (document.visibilityState === 'visible') void this.#ask();
    };
    ask();
    if (warmup.closedAt) return () => undefined;
    const timer = setInterval(ask, everyMs);
    return () => clearInterval(timer);
  }

  /** Takes an answer off all screens. */
  async hide(by: string): Promise<void> {
    const { api, workshopId } = this.page;
    await api.command('DELETE', workshopId, `warmup/answers/${by}`).catch(() => undefined);
    await this.#ask();
  }

  async #ask(): Promise<void> {
    const { api, workshopId } = this.page;
    try {
      const body = await api.command<{ answers: WarmupAnswer[] }>(
        'GET',
        workshopId,
        'warmup/answers',
      );
      this.list = body.answers;
    } catch {
      // The next time will do.
    }
  }
}
