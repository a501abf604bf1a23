interface Attempts {
  /** The first pause in ms; it grows by the factor, up to `maxDelay`. */
  delay: number;
  minDelay: number;
  maxDelay: number;
  factor: number;
  beforeAttempt(context: { abort(): void }): void;
}

/**
 * Tries until it works or is called off, with pauses that grow and are spread
 * from the least to the present most, as the provider asks of its own library:
 * that does much more, and the build puts this in its place.
 */
export async function retry<T>(attempt: () => Promise<T>, asked: Attempts): Promise<T> {
  for (let most = asked.delay; ; most = Math.min(most * asked.factor, asked.maxDelay)) {
    asked.beforeAttempt({
      abort: () => {
        throw Object.assign(new Error(), { code: 'ATTEMPT_ABORTED' });
      },
    });
    try {
      return await attempt();
    } catch {
      const pause = asked.minDelay + Math.random() * (most - asked.minDelay);
      await new Promise((go) => setTimeout(go, pause));
    }
  }
}
