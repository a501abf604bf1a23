import type { Drag, DropPlace } from './drag.svelte';

/**
 * A board's hand for dragging. The code that drags comes with the first press
 * of a card, which it then takes over: a visit that only reads goes without.
 */
export class Grip {
  #drag = $state.raw<Drag | null>(null);
  #closed = false;

  constructor(
    private readonly drop: (card: string, place: DropPlace) => void,
    private readonly scroller: () => HTMLElement | null,
    private readonly showStage: (stage: string) => void,
  ) {}

  /** The card that is held. */
  get card(): string | null {
    return this.#drag?.card ?? null;
  }

  /** Where it would land. */
  get place(): DropPlace | null {
    return this.#drag?.place ?? null;
  }

  down(event: PointerEvent, card: string): void {
    if (event.button !== 0) return;
    if ((event.target as Element).closest('button, a, input, textarea, select, [popover]')) return;
    const source = event.currentTarget as HTMLElement;
    if (this.#drag) this.#drag.down(event, card, source);
    else void this.#first(event, card, source);
  }

  /** Lets the card go where it was. */
  cancel(): void {
    this.#drag?.cancel();
  }

  /** Nothing is dragged any more. */
  close(): void {
    this.#closed = true;
    this.cancel();
  }

  async #first(event: PointerEvent, card: string, source: HTMLElement): Promise<void> {
    let held = true;
    const over = new AbortController();
    const end = (e: PointerEvent): void => {
      if (e.pointerId !== event.pointerId) return;
      held = false;
      over.abort();
    };
    window.addEventListener('pointerup', end, { signal: over.signal });
    window.addEventListener('pointercancel', end, { signal: over.signal });
    // A browser asks only at a touch's beginning who may stop its scrolling.
    const stay = (e: Event): void => {
      if (this.card) e.preventDefault();
    };
    source.addEventListener('touchmove', stay, { passive: false, signal: over.signal });
    const { Drag } = await import('./drag.svelte');
    if (this.#closed) return;
    this.#drag ??= new Drag(this.drop, this.scroller, this.showStage);
    if (held) this.#drag.down(event, card, source);
  }
}
