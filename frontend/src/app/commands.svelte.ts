import { ApiError, type Versioned } from '../core';
import type { Workshop } from '../core/model';
import { t } from '../i18n/index.svelte';
import { toasts } from '../ui/toasts.svelte';
import type { WorkshopPage } from './workshop.svelte';

/** The part of a workshop on which a command was decided. */
export type Relies = (w: Workshop) => unknown;

/** How often a command is sent while a whole hall is changing the same workshop. */
const attempts = 8;

const differ = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);

/** Commands of one page on its workshop, each meant for the version on screen. */
export class Commands {
  error = $state.raw<unknown>(null);

  constructor(readonly page: WorkshopPage) {}

  /** The workshop as the page shows it now. */
  get workshop(): Workshop | null {
    return this.page.workshop;
  }

  /**
   * Carries a command out. Somebody else may have come between: then the
   * command is sent again on the new state, as long as what it was decided on
   * is as it was. `relies` names that part of the workshop: two who press "next
   * phase" at once move on by one phase, while somebody who joins stops nobody.
   * Without it the command holds in any state, as it says all it needs.
   */
  async run(f: (w: Workshop) => Promise<Versioned>, relies: Relies = () => null): Promise<boolean> {
    this.error = null;
    for (let attempt = 1; ; attempt++) {
      const w = this.page.workshop;
      if (!w) return false;
      try {
        this.page.adopt((await f(w)).workshop);
        return true;
      } catch (e) {
        if (!(e instanceof ApiError && e.status === 412) || attempt === attempts) {
          this.error = e;
          return false;
        }
        if (e.current) this.page.adopt(e.current.workshop);
        else if (!(await this.refresh())) return false;
        if (differ(relies(w), this.page.workshop && relies(this.page.workshop))) {
          toasts.show(t('day.conflict'));
          return false;
        }
      }
    }
  }

  /** A command under `/api/workshops/{id}/`, for the version on screen. */
  send(method: string, path: string, body?: unknown, relies?: Relies): Promise<boolean> {
    return this.run((w) => this.page.api.command(method, w.id, path, body, w.version), relies);
  }

  async refresh(): Promise<boolean> {
    try {
      this.page.adopt((await this.page.api.workshop(this.page.workshopId)).workshop);
      return true;
    } catch (e) {
      this.error = e;
      return false;
    }
  }
}
