import { describe, expect, test } from 'vitest';
import { ApiError, type Versioned } from '../core';
import type { Workshop } from '../core/model';
import { Commands } from './commands.svelte';
import type { WorkshopPage } from './workshop.svelte';

const workshop = (version: number, parts: Partial<Workshop> = {}): Workshop =>
  ({ version, groups: [], participants: [], phase: null, ...parts }) as unknown as Workshop;

/** A page and a server whose workshop others change before each try is heard. */
function setting(between: ((w: Workshop) => Workshop)[]) {
  let there = workshop(1);
  const page = {
    workshop: workshop(1),
    adopt: (w: Workshop) => void (page.workshop = w),
    api: {},
  };
  const sent: number[] = [];
  const command = (w: Workshop): Promise<Versioned> => {
    sent.push(w.version);
    const change = between.shift();
    if (change) there = { ...change(there), version: there.version + 1 };
    const now = { workshop: there, version: there.version };
    if (w.version !== there.version)
      return Promise.reject(new ApiError(412, 'version-conflict', '', [], now));
    there = { ...there, version: there.version + 1, title: 'done' };
    return Promise.resolve({ workshop: there, version: there.version });
  };
  return { commands: new Commands(page as unknown as WorkshopPage), command, sent, page };
}

const joins = (w: Workshop): Workshop => ({
  ...w,
  participants: [...w.participants, { id: `p${w.version}` } as never],
});
const phase = (w: Workshop): Workshop => ({ ...w, phase: { id: 'next' } as never });

describe('a command that met another change', () => {
  test('is carried out while people keep coming in', async () => {
    const { commands, command, sent, page } = setting([joins, joins, joins]);
    expect(await commands.run(command, (w) => w.groups)).toBe(true);
    expect(sent).toEqual([1, 2, 3, 4]);
    expect(page.workshop.title).toBe('done');
    expect(page.workshop.participants).toHaveLength(3);
  });

  test('is not sent again when what it was decided on changed', async () => {
    const { commands, command, sent, page } = setting([joins, phase]);
    expect(await commands.run(command, (w) => w.phase)).toBe(false);
    expect(sent).toEqual([1, 2]);
    expect(page.workshop.phase?.id).toBe('next');
    expect(commands.error).toBeNull();
  });

  test('is given up with its reason when the workshop never rests', async () => {
    const { commands, command, sent } = setting(Array.from({ length: 50 }, () => joins));
    expect(await commands.run(command)).toBe(false);
    expect(sent).toHaveLength(8);
    expect((commands.error as ApiError).code).toBe('version-conflict');
  });
});
