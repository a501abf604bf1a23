import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ServerClock } from './clock';
import { clockText, left, passed, type Timer } from './day';

const running = (endsAt: number): Timer => ({
  running: true,
  endsAt: new Date(endsAt).toISOString(),
  leftMs: null,
  totalMs: 600_000,
});

describe('countdown', () => {
  it('runs down to a deadline and stands while paused', () => {
    expect(left(running(100_000), 40_000)).toBe(60_000);
    expect(left(running(100_000), 130_000)).toBe(-30_000);
    expect(left({ running: false, endsAt: null, leftMs: 5_000, totalMs: 1 }, 999)).toBe(5_000);
  });

  it('is written in whole seconds, overtime with a plus', () => {
    expect([0, 1, 1000, 59_001, 61_000, 600_000, -1, -1000, -61_500].map(clockText)).toEqual([
      '0:00',
      '0:01',
      '0:01',
      '1:00',
      '1:01',
      '10:00',
      '0:00',
      '+0:01',
      '+1:01',
    ]);
  });

  it('says each mark once, and only the latest after a sleep', () => {
    expect(passed(301_000, 300_000)).toBe(5);
    expect(passed(300_000, 299_000)).toBeNull();
    expect(passed(301_000, -4)).toBe(0);
    expect(passed(-4, -5)).toBeNull();
    expect(passed(60_001, 59_999)).toBe(1);
  });
});

describe('server clock', () => {
  it('is right within half of the quickest trip, however far the device is off', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -1e8, max: 1e8 }),
        fc.array(fc.tuple(fc.nat(900), fc.nat(900)), { minLength: 4, maxLength: 4 }),
        async (off, trips) => {
          let real = 1_700_000_000_000;
          let i = 0;
          const clock = new ServerClock(
            () => {
              const [there, back] = trips[i++] ?? [0, 0];
              real += there;
              const said = real;
              real += back;
              return Promise.resolve(said);
            },
            () => real + off,
            () => real,
          );
          await clock.measure();
          expect(Math.abs(clock.now() - real)).toBeLessThanOrEqual(clock.error + 0.5);
        },
      ),
    );
  });

  it('notices a device whose clock was set', async () => {
    let [wall, steady] = [1_000_000, 0];
    const clock = new ServerClock(
      () => Promise.resolve(steady + 5_000),
      () => wall,
      () => steady,
    );
    expect(clock.known).toBe(false);
    await clock.measure();
    expect([clock.known, clock.shifted, clock.now()]).toEqual([true, false, 5_000]);
    wall += 60_000;
    steady += 60_000;
    expect([clock.shifted, clock.now()]).toEqual([false, 65_000]);
    wall -= 420_000;
    expect(clock.shifted).toBe(true);
    await clock.measure();
    expect([clock.shifted, clock.now()]).toEqual([false, 65_000]);
  });

  it('keeps what it knew when the server does not answer', async () => {
    let answers = true;
    const clock = new ServerClock(
      () => (answers ? Promise.resolve(5_000) : Promise.reject(new Error('offline'))),
      () => 0,
      () => 0,
    );
    expect(clock.error).toBe(Infinity);
    await clock.measure();
    answers = false;
    await clock.measure();
    expect(clock.now()).toBe(5_000);
  });
});
