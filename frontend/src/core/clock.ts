/** One question to the server's clock: how far ahead it is, and how sure that is. */
interface Sample {
  offset: number;
  trip: number;
}

const samplesPerRound = 4;
/** A trip this short makes more samples useless: the error is at most half of it. */
const shortTripMs = 30;
/** A device's clock that moved so much against a steady one was set, or slept. */
const shiftMs = 100;

/**
 * The server's time on this device. Device clocks are minutes off in any hall;
 * a countdown must agree everywhere. The offset comes from the quickest of a few
 * questions, as its error is at most half the time the question took.
 */
export class ServerClock {
  #best: Sample | null = null;
  #asked = false;
  /** How far the device's clock was ahead of the steady one when it was measured. */
  #lead = 0;

  constructor(
    private readonly ask: () => Promise<number>,
    private readonly local: () => number = () => Date.now(),
    private readonly steady: () => number = () => performance.now(),
  ) {}

  /** Milliseconds since 1970 as the server counts them, now. */
  now(): number {
    return this.local() + (this.#best?.offset ?? 0);
  }

  /** Whether `now` is worth showing: the server has answered, or cannot be asked. */
  get known(): boolean {
    return this.#asked;
  }

  /** Whether the device's clock was set, or stood still, since it was measured. */
  get shifted(): boolean {
    const lead = this.local() - this.steady();
    return this.#best !== null && Math.abs(lead - this.#lead) > shiftMs;
  }

  /** How far `now` may be off, in ms; infinite before the first answer. */
  get error(): number {
    return this.#best ? this.#best.trip / 2 : Infinity;
  }

  /** Asks anew; the old offset stays where the server does not answer. */
  async measure(): Promise<void> {
    let best: Sample | null = null;
    for (let i = 0; i < samplesPerRound; i++) {
      const sample = await this.#sample().catch(() => null);
      if (!sample) break;
      if (!best || sample.trip < best.trip) best = sample;
      if (best.trip <= shortTripMs) break;
    }
    this.#asked = true;
    if (!best) return;
    this.#best = best;
    this.#lead = this.local() - this.steady();
  }

  async #sample(): Promise<Sample> {
    const began = this.steady();
    const server = await this.ask();
    const trip = this.steady() - began;
    return { offset: server + trip / 2 - this.local(), trip };
  }
}
