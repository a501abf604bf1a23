/**
 * Says politely what a screen reader user cannot see happen. Remote changes are
 * gathered, so that a lively board does not talk without end, and they can be
 * silenced; answers to one's own actions are always said.
 */
class Announcer {
  text = $state('');
  silenced = $state(false);
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The outcome of something the person did. */
  say(text: string): void {
    // The same words twice must be two changes to be read twice.
    this.text = this.text === text ? `${text}\u00a0` : text;
  }

  /** Something another person did. */
  remote(text: string): void {
    if (this.silenced) return;
    this.#waiting.push(text);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const said = new Set(this.#waiting.splice(0));
      if (!this.silenced) this.say([...said].slice(-3).join('. '));
    }, 2_500);
  }
}

export const announcer = new Announcer();
