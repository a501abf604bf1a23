import { ApiError, type Versioned } from '../core';
import type { Workshop } from '../core/model';
import { t } from '../i18n/index.svelte';
import { toasts } from '../ui/toasts.svelte';
import type { WorkshopPage } from './workshop.svelte';

/** Commands of one page on its workshop, each meant for the version on screen. */
export class Commands {
  error = $state.raw<unknown>(null);

  constructor(readonly page: WorkshopPage) {}

  /** The workshop as the page shows it now. */
  get workshop(): Workshop | null {
    return this.page.workshop;
  }

  /**
   * Carries a command out. When somebody else came between, what is safe is
   * tried once more on the new state; what is not is shown instead, as "next
   * phase" twice would skip one.
   */
  async run(f: (w: Workshop) => Promise<Versioned>, safe = true): Promise<boolean> {
    this.error = null;
    for (let attempt = 0; ; attempt++) {
      const w = this.page.workshop;
      if (!w) return false;
      try {
        this.page.adopt((await f(w)).workshop);
        return true;
      } catch (e) {
        if (!(e instanceof ApiError && e.status === 412) || attempt > 0) {
          this.error = e;
          return false;
        }
        if (!(await this.refresh())) return false;
        if (!safe) {
          toasts.show(t('day.conflict'));
          return false;
        }
      }
    }
  }

  /** A command under `/api/workshops/{id}/`, for the version on screen. */
  send(method: string, path: string, body?: unknown, safe = true): Promise<boolean> {
    return this.run((w) => this.page.api.command(method, w.id, path, body, w.version), safe);
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
