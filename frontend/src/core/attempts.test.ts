import { retry as original } from '@lifeomic/attempt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { retry } from './attempts';

const asked = { delay: 1_500, minDelay: 300, maxDelay: 20_000, factor: 2 };

describe('trying again', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('pauses from the least to a most that doubles up to its limit', async () => {
    for (const [random, wanted] of [
      [0, [300, 300, 300, 300, 300, 300]],
      [1, [1_500, 3_000, 6_000, 12_000, 20_000, 20_000]],
    ] as const) {
      vi.spyOn(Math, 'random').mockReturnValue(random);
      const tried: number[] = [];
      const attempt = (): Promise<string> => {
        tried.push(Date.now());
        return tried.length > wanted.length ? Promise.resolve('in') : Promise.reject(new Error());
      };
      const done = retry(attempt, { ...asked, beforeAttempt: () => undefined });
      await vi.runAllTimersAsync();
      expect(await done).toBe('in');
      expect(tried.slice(1).map((at, i) => at - (tried[i] ?? 0))).toEqual(wanted);
      vi.restoreAllMocks();
    }
  });

  it('ends when it is called off, by the name the provider knows', async () => {
    let tries = 0;
    const done = retry(() => Promise.reject(new Error()), {
      ...asked,
      beforeAttempt: (context) => {
        if (tries++ === 2) context.abort();
      },
    }).catch((error: unknown) => error);
    await vi.runAllTimersAsync();
    expect(await done).toMatchObject({ code: 'ATTEMPT_ABORTED' });
    expect(tries).toBe(3);
  });

  it('stands in the place of the package that the provider asks', () => {
    expect(original).toBe(retry);
  });
});
