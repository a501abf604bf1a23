import { ApiError } from '../core';
import { KeptPage, type PageState } from '../core/keptpage';
import type { WorkshopPage } from '../app/workshop.svelte';

/** A page that this person writes, as reactive values; see KeptPage. `close` when it goes. */
export class Mine<T> {
  value: T = $state.raw() as T;
  state = $state<PageState>('saving');
  refused = $state('');
  unsent = $state(false);
  readonly #page: KeptPage<T>;
  readonly #stop = new AbortController();

  /**
   * @param path under `/api/workshops/{id}/`; read with GET, written with PUT
   * @param field of the body that holds the page; empty: the body is the page
   * @param merge see KeptPage
   */
  constructor(
    workshop: WorkshopPage,
    path: string,
    field: string,
    empty: T,
    merge?: (base: T, mine: T, theirs: T) => T,
  ) {
    const { api, workshopId } = workshop;
    this.#page = new KeptPage<T>({
      key: `pathboard.page.${workshopId}.${workshop.known?.participantId ?? ''}.${path}`,
      empty,
      ...(merge ? { merge } : {}),
      storage: () => localStorage,
      server: {
        read: async () => {
          const body = await api.command<Record<string, T>>('GET', workshopId, path);
          return field ? (body[field] ?? empty) : (body as T);
        },
        write: async (value, base) => {
          const page = field ? { [field]: value, ...(base === undefined ? {} : { base }) } : value;
          const kept = await api.command<Record<string, T> | undefined>(
            'PUT',
            workshopId,
            path,
            page,
          );
          // Only a page that is put together can come out as another one.
          return base === undefined ? value : (kept?.[field] ?? value);
        },
      },
      failure: (e) => ({
        again: !(e instanceof ApiError) || e.offline || e.status === 429 || e.status >= 500,
        code: e instanceof ApiError ? e.code : '',
      }),
      changed: () => this.#take(),
    });
    this.#take();
    window.addEventListener('online', () => this.#page.nudge(), { signal: this.#stop.signal });
    void this.#page.start();
  }

  set(value: T): void {
    this.#page.set(value);
  }

  /** Asks for what another of this person's devices wrote. */
  refresh(): void {
    void this.#page.refresh();
  }

  /** Takes the page off this device. */
  forget(): void {
    this.#page.forget();
    this.#take();
  }

  close(): void {
    this.#stop.abort();
    this.#page.close();
  }

  #take(): void {
    this.value = this.#page.value;
    this.state = this.#page.state;
    this.refused = this.#page.refused;
    this.unsent = this.#page.unsent;
  }
}
