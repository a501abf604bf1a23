/** Shorter or steeper movements are not swipes, in px. */
const distance = 70;
/** Only where one stage is shown at a time. */
const narrow = '(max-width: 720px)';

/** Swipes from stage to stage on a phone. */
export class Swipe {
  #from: { x: number; y: number } | null = null;

  constructor(private readonly turn: (by: 1 | -1) => void) {}

  start(event: TouchEvent): void {
    const touch = event.touches[0];
    const alone = event.touches.length === 1 && touch !== undefined;
    this.#from = alone ? { x: touch.clientX, y: touch.clientY } : null;
  }

  end(event: TouchEvent): void {
    const touch = event.changedTouches[0];
    const from = this.#from;
    this.#from = null;
    if (!from || !touch || !matchMedia(narrow).matches) return;
    const dx = touch.clientX - from.x;
    const dy = touch.clientY - from.y;
    if (Math.abs(dx) < distance || Math.abs(dy) > Math.abs(dx) / 2) return;
    this.turn(dx < 0 ? 1 : -1);
  }
}
