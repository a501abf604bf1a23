/** So long after a text was taken away what is typed is still meant for it, in ms. */
const lasts = 8_000;

/**
 * A text that somebody else took away while it was written. The focus goes on
 * to a card beside it, where letters are commands: those typed on are none.
 */
export class Torn {
  #until = 0;

  begin(): void {
    this.#until = performance.now() + lasts;
    window.addEventListener('pointerdown', () => this.end(), { once: true, capture: true });
  }

  /** Something else has been begun. */
  end(): void {
    this.#until = 0;
  }

  /** Whether a key still belongs to the text; any that goes elsewhere ends it. */
  takes(key: string): boolean {
    if (performance.now() > this.#until) return false;
    if (key.length === 1 || /^(Enter|Delete|Backspace|Shift|Dead)$/.test(key)) return true;
    this.end();
    return false;
  }
}
