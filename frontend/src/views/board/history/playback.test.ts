import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { BoardCommands } from '../../../core/board/commands';
import { BoardStore } from '../../../core/board/store';
import { idleMs, Playback } from './playback.svelte';

const hour = 3_600_000;
const morning = Date.UTC(2024, 1, 22, 8);

/** A day's work on a board, with pauses of hours, as the server sends it. */
function aDay(): string {
  const doc = new Y.Doc();
  const changes: { at: number; by: string; update: string }[] = [];
  const now = { at: morning, by: 'anna' };
  doc.on('update', (update: Uint8Array) =>
    changes.push({ ...now, update: btoa(String.fromCharCode(...update)) }),
  );
  const commands = new BoardCommands(new BoardStore(doc, ['problem']), 'anna');
  const write = (at: number, by: string, text: string): void => {
    Object.assign(now, { at: morning + at, by });
    commands.addCard('problem', 'note', text);
  };
  write(0, 'anna', 'rano');
  write(5_000, 'anna', 'zaraz potem');
  write(9_000, 'anna', 'już w nowej fazie');
  write(2 * hour, 'jan', 'po wykładzie');
  write(5.5 * hour, 'anna', 'po południu');
  const name = { pl: 'Analiza', en: 'Analysis' };
  const phases = [
    { at: morning + 7_000, id: 'stage', name },
    { at: morning + 6 * hour, id: 'end', name },
  ];
  return JSON.stringify({ base: null, changes, phases });
}

describe('a film of a whole day', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function opened(): Promise<Playback> {
    const playback = new Playback(
      () => Promise.resolve(aDay()),
      () => [],
    );
    const loading = playback.load();
    await vi.runAllTimersAsync();
    await loading;
    return playback;
  }

  it('jumps over the hours in which nobody did anything', async () => {
    const playback = await opened();
    const at = playback.moments.map((m) => m.from - morning);
    expect(at).toEqual([0, 9_000, 2 * hour, 5.5 * hour]);
    playback.play();
    const steps: number[] = [];
    for (let n = 1; playback.playing; n++) {
      await vi.advanceTimersToNextTimerAsync();
      steps.push(playback.at);
      expect(n).toBeLessThan(10);
    }
    expect(steps).toEqual([1, 2, 3, 4]);
    expect([2, 3, 4].map((n) => playback.idle(n) > idleMs)).toEqual([false, true, true]);
    expect(playback.idle(1)).toBe(0);
  });

  it('lasts as long as there are moments, whatever the clock said', async () => {
    const playback = await opened();
    playback.speed = 4;
    playback.play();
    await vi.advanceTimersByTimeAsync(4 * 400);
    expect([playback.at, playback.playing]).toEqual([4, false]);
  });

  it('knows where each phase began, though one person went on writing through it', async () => {
    const playback = await opened();
    expect(playback.marks.map((m) => [m.id, m.after])).toEqual([
      ['stage', 1],
      ['end', 4],
    ]);
    const phases = [0, 1, 3, 4].map((n) => {
      playback.go(n);
      return playback.phase?.id ?? null;
    });
    expect(phases).toEqual([null, 'stage', 'stage', 'end']);
  });
});
