/** Where a dragged card would land. */
export interface DropPlace {
  stage: string;
  /** The card it would lie in front of; null is the stage's end. */
  before: string | null;
}

const threshold = 6;
const longPress = 350;
const edge = 56;
/** A card held over a stage's tab for so long opens the stage, in ms. */
const tabPatience = 450;

/**
 * Dragging with mouse, pen and finger. A mouse drags after a few pixels, a
 * finger after a long press, so that scrolling never moves a card. Nothing is
 * written before the drop.
 */
export class Drag {
  card = $state<string | null>(null);
  place = $state.raw<DropPlace | null>(null);
  #ghost: HTMLElement | null = null;
  #source: HTMLElement | null = null;
  #pointer = -1;
  #start = { x: 0, y: 0 };
  #grip = { x: 0, y: 0 };
  #at = { x: 0, y: 0 };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;
  #candidate: string | null = null;
  #tab: { stage: string; timer: ReturnType<typeof setTimeout> } | null = null;

  constructor(
    private readonly drop: (card: string, place: DropPlace) => void,
    private readonly scroller: () => HTMLElement | null,
    private readonly showStage: (stage: string) => void,
  ) {}

  /** Takes a press on a card, from its beginning or a moment after it. */
  down(event: PointerEvent, card: string, source: HTMLElement): void {
    if (this.#pointer !== -1) return;
    this.#pointer = event.pointerId;
    this.#candidate = card;
    this.#source = source;
    this.#start = this.#at = { x: event.clientX, y: event.clientY };
    window.addEventListener('pointermove', this.#move, { passive: false });
    window.addEventListener('pointerup', this.#up);
    window.addEventListener('pointercancel', this.#cancel);
    window.addEventListener('keydown', this.#key, true);
    if (event.pointerType === 'touch') {
      this.#timer = setTimeout(() => this.#begin(), longPress);
      this.#source.addEventListener('touchmove', this.#hold, { passive: false });
      // Events follow the finger, not the card: others may take it out of the
      // page meanwhile.
      if (source.hasPointerCapture(event.pointerId)) source.releasePointerCapture(event.pointerId);
      window.addEventListener('contextmenu', this.#hold);
    }
  }

  #hold = (event: Event): void => {
    if (this.card) event.preventDefault();
  };

  #move = (event: PointerEvent): void => {
    if (event.pointerId !== this.#pointer) return;
    this.#at = { x: event.clientX, y: event.clientY };
    const far = Math.hypot(this.#at.x - this.#start.x, this.#at.y - this.#start.y) > threshold;
    if (!this.card) {
      if (!far) return;
      if (event.pointerType === 'touch') {
        this.#end(); // a scroll
        return;
      }
      this.#begin();
    }
    event.preventDefault();
    this.#follow();
  };

  #begin(): void {
    const source = this.#source;
    if (!source || !this.#candidate) return;
    const box = source.getBoundingClientRect();
    this.#grip = { x: this.#start.x - box.left, y: this.#start.y - box.top };
    const ghost = source.cloneNode(true) as HTMLElement;
    ghost.removeAttribute('id');
    ghost.setAttribute('aria-hidden', 'true');
    ghost.inert = true;
    Object.assign(ghost.style, {
      position: 'fixed',
      left: '0',
      top: '0',
      width: `${box.width}px`,
      zIndex: '60',
      pointerEvents: 'none',
      boxShadow: '0 12px 32px rgb(0 0 0 / 30%)',
      opacity: '0.95',
    });
    document.body.append(ghost);
    this.#ghost = ghost;
    this.card = this.#candidate;
    navigator.vibrate?.(15);
    getSelection()?.removeAllRanges();
    this.#follow();
    this.#scroll();
  }

  #follow(): void {
    const { x, y } = this.#at;
    if (this.#ghost) {
      this.#ghost.style.transform = `translate(${x - this.#grip.x}px, ${y - this.#grip.y}px) rotate(1.2deg)`;
    }
    this.place = this.#find(x, y);
    this.#overTab(x, y);
  }

  #overTab(x: number, y: number): void {
    const stage = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-tab]')?.dataset[
      'tab'
    ];
    if (stage === this.#tab?.stage) return;
    clearTimeout(this.#tab?.timer);
    this.#tab = stage
      ? { stage, timer: setTimeout(() => this.showStage(stage), tabPatience) }
      : null;
  }

  #find(x: number, y: number): DropPlace | null {
    const column = document
      .elementsFromPoint(x, y)
      .map((e) => e.closest<HTMLElement>('[data-stage]'))
      .find((e) => e !== null && e !== undefined);
    const stage = column?.dataset['stage'];
    if (!column || !stage) return null;
    for (const item of column.querySelectorAll<HTMLElement>('[data-card]')) {
      if (item.dataset['card'] === this.card) continue;
      const box = item.getBoundingClientRect();
      if (y < box.top + box.height / 2) return { stage, before: item.dataset['card'] ?? null };
    }
    return { stage, before: null };
  }

  /** Scrolls the board while the card is held at its edge. */
  #scroll = (): void => {
    const box = this.scroller()?.getBoundingClientRect();
    if (!this.card || !box) return;
    const dx = this.#at.x < box.left + edge ? -14 : this.#at.x > box.right - edge ? 14 : 0;
    if (dx) this.scroller()?.scrollBy(dx, 0);
    const dy = this.#at.y < edge ? -10 : this.#at.y > innerHeight - edge ? 10 : 0;
    if (dy) {
      const column = document.elementFromPoint(this.#at.x, this.#at.y)?.closest('[data-stage]');
      column?.querySelector('[data-scrolls]')?.scrollBy(0, dy);
      window.scrollBy(0, dy);
    }
    if (dx || dy) this.#follow();
    this.#frame = requestAnimationFrame(this.#scroll);
  };

  #up = (event: PointerEvent): void => {
    if (event.pointerId !== this.#pointer) return;
    const { card, place } = this;
    this.#end();
    if (card) {
      // The click that ends a drag opens nothing.
      const swallow = (e: Event): void => e.stopPropagation();
      window.addEventListener('click', swallow, { capture: true, once: true });
      setTimeout(() => window.removeEventListener('click', swallow, true));
    }
    if (card && place) this.drop(card, place);
  };

  #cancel = (): void => this.cancel();

  /** Lets the card go where it was. */
  cancel(): void {
    this.#end();
  }

  #key = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && this.card) {
      event.stopPropagation();
      this.#end();
    }
  };

  #end(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#tab?.timer);
    this.#tab = null;
    cancelAnimationFrame(this.#frame);
    this.#ghost?.remove();
    this.#source?.removeEventListener('touchmove', this.#hold);
    this.#ghost = this.#source = this.#candidate = null;
    this.#pointer = -1;
    this.card = this.place = null;
    window.removeEventListener('pointermove', this.#move);
    window.removeEventListener('pointerup', this.#up);
    window.removeEventListener('pointercancel', this.#cancel);
    window.removeEventListener('keydown', this.#key, true);
    window.removeEventListener('contextmenu', this.#hold);
  }
}
