import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { announcer } from './announcer.svelte';

describe('what is said of others', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.advanceTimersByTime(10_000);
    announcer.silenced = false;
    announcer.say('');
    vi.useRealTimers();
  });

  it('is bounded on a lively board: every few seconds, a few sentences', () => {
    const said = new Set<string>();
    for (let i = 0; i < 500; i++) {
      announcer.remote(`Osoba ${i % 40} dodaje kartkę`);
      vi.advanceTimersByTime(20); // ten seconds in all
      said.add(announcer.text);
    }
    said.delete('');
    expect(said.size).toBeGreaterThan(0);
    expect(said.size).toBeLessThanOrEqual(4);
    for (const text of said) expect(text.split('. ').length).toBeLessThanOrEqual(3);
  });

  it('is said once, however often it happened', () => {
    for (let i = 0; i < 9; i++) announcer.remote('Jan dodaje kartkę');
    vi.advanceTimersByTime(3_000);
    expect(announcer.text).toBe('Jan dodaje kartkę');
  });

  it('is not said when silenced, not even what was waiting; own answers are', () => {
    announcer.say('przed');
    announcer.remote('czeka');
    announcer.silenced = true;
    announcer.remote('nie');
    vi.advanceTimersByTime(10_000);
    expect(announcer.text).toBe('przed');
    announcer.say('własne');
    expect(announcer.text).toBe('własne');
  });
});
