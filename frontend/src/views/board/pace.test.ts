import { describe, expect, it } from 'vitest';
import { Pace } from './pace';

/** A pace with a clock of its own. */
function paced(): { pace: Pace; to: (ms: number) => void } {
  let now = 10_000;
  return { pace: new Pace(() => now), to: (ms) => void (now = 10_000 + ms) };
}

describe('Pace', () => {
  it('shows what others did at once to who does not write', () => {
    const { pace, to } = paced();
    const worked = pace.shows();
    to(60);
    worked();
    expect(pace.waits()).toBe(0);
    expect(pace.open).toBe(true);
  });

  it('gives a quarter of the time to others while somebody writes', () => {
    const { pace, to } = paced();
    pace.wrote();
    const worked = pace.shows();
    to(50);
    worked();
    to(199);
    pace.wrote();
    expect(pace.open).toBe(false);
    to(200);
    expect(pace.open).toBe(true);
  });

  it('lets nothing wait for longer than 300 ms, however slow the browser is', () => {
    const { pace, to } = paced();
    pace.wrote();
    const worked = pace.shows();
    to(250);
    worked();
    pace.wrote();
    expect(pace.waits()).toBe(300);
    to(280);
    expect(pace.open).toBe(false);
    expect(pace.waits()).toBe(270);
    to(300);
    expect(pace.open).toBe(true);
    to(550);
    expect(pace.waits()).toBe(0);
  });

  it('waits for a frame of the person’s own only while one may come', () => {
    const { pace, to } = paced();
    pace.wrote();
    to(499);
    expect(pace.waits()).toBe(300);
    to(500);
    expect(pace.waits()).toBe(0);
  });
});
