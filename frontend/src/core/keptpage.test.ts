import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeptPage, type KeptPageOptions } from './keptpage';

/** A storage and a server that can be cut off. */
class World {
  readonly stored = new Map<string, string>();
  server: string[] = [];
  writes = 0;
  opened = 0;
  down: 'offline' | 'refused' | null = null;

  open(merge?: KeptPageOptions<string[]>['merge']): KeptPage<string[]> {
    const storage = {
      getItem: (k: string) => this.stored.get(k) ?? null,
      setItem: (k: string, v: string) => void this.stored.set(k, v),
      removeItem: (k: string) => void this.stored.delete(k),
    } as unknown as Storage;
    const options: KeptPageOptions<string[]> = {
      key: merge ? `page ${++this.opened}` : 'page',
      ...(merge ? { merge } : {}),
      empty: [],
      storage: () => storage,
      server: {
        read: async () => {
          if (this.down) throw new Error(this.down);
          return this.server;
        },
        write: async (value, base) => {
          this.writes++;
          if (this.down) throw new Error(this.down);
          this.server = merge && base ? merge(base, value, this.server) : value;
          return this.server;
        },
      },
      failure: (e) => ({ again: (e as Error).message === 'offline', code: (e as Error).message }),
      changed: () => undefined,
      pauseMs: 10,
      retryMs: 100,
    };
    return new KeptPage(options);
  }
}

describe('a page of one’s own', () => {
  it('is put together with what another device wrote, even while it is sent', async () => {
    const world = new World();
    const union = (_: string[], mine: string[], theirs: string[]): string[] => [
      ...new Set([...theirs, ...mine]),
    ];
    const [phone, laptop] = [world.open(union), world.open(union)];
    await Promise.all([phone.start(), laptop.start()]);
    phone.set(['phone']);
    await vi.advanceTimersByTimeAsync(10);
    laptop.set(['laptop']);
    await vi.advanceTimersByTimeAsync(10);
    expect(world.server).toEqual(['phone', 'laptop']);
    expect(laptop.value).toEqual(['phone', 'laptop']);
    await phone.refresh();
    expect(phone.value).toEqual(['phone', 'laptop']);
    // Nothing is taken in place of what waits here.
    world.down = 'offline';
    phone.set(['phone', 'laptop', 'away']);
    await vi.advanceTimersByTimeAsync(10);
    world.server = ['elsewhere'];
    await phone.refresh();
    expect(phone.value).toEqual(['phone', 'laptop', 'away']);
    world.down = null;
    phone.nudge();
    await vi.advanceTimersByTimeAsync(10);
    expect(world.server).toEqual(['elsewhere', 'phone', 'laptop', 'away']);
  });

  it('loses nothing when two devices write in the same moment', async () => {
    const world = new World();
    const union = (_: string[], mine: string[], theirs: string[]): string[] => [
      ...new Set([...theirs, ...mine]),
    ];
    const [phone, laptop] = [world.open(union), world.open(union)];
    await Promise.all([phone.start(), laptop.start()]);
    phone.set(['phone']);
    laptop.set(['laptop']);
    await vi.advanceTimersByTimeAsync(10);
    expect([...world.server].sort()).toEqual(['laptop', 'phone']);
    for (const page of [phone, laptop]) {
      await page.refresh();
      expect([...page.value].sort()).toEqual(['laptop', 'phone']);
    }
  });

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('goes to the server once for a burst of changes', async () => {
    const world = new World();
    const page = world.open();
    await page.start();
    for (const text of ['a', 'ab', 'abc']) page.set([text]);
    expect(page.state).toBe('saving');
    await vi.advanceTimersByTimeAsync(10);
    expect(world.server).toEqual(['abc']);
    expect(world.writes).toBe(1);
    expect(page.state).toBe('saved');
  });

  it('says that it is on this device only, and arrives when the server answers', async () => {
    const world = new World();
    const page = world.open();
    await page.start();
    world.down = 'offline';
    page.set(['kept']);
    await vi.advanceTimersByTimeAsync(10);
    expect(page.state).toBe('local');
    world.down = null;
    await vi.advanceTimersByTimeAsync(100);
    expect(world.server).toEqual(['kept']);
    expect(page.state).toBe('saved');
  });

  it('survives a reload while the server is away', async () => {
    const world = new World();
    const first = world.open();
    await first.start();
    world.down = 'offline';
    first.set(['not lost']);
    first.close();
    const second = world.open();
    expect(second.value).toEqual(['not lost']);
    expect(second.unsent).toBe(true);
    world.down = null;
    await second.start();
    expect(world.server).toEqual(['not lost']);
  });

  it('stays on this device when it is refused', async () => {
    const world = new World();
    const page = world.open();
    await page.start();
    world.down = 'refused';
    page.set(['too late']);
    await vi.advanceTimersByTimeAsync(10);
    expect(page.state).toBe('refused');
    expect(page.refused).toBe('refused');
    expect(world.open().value).toEqual(['too late']);
    page.forget();
    expect(world.open().value).toEqual([]);
  });

  it('takes what another device wrote, unless it has something newer', async () => {
    const world = new World();
    world.server = ['from the laptop'];
    const page = world.open();
    await page.start();
    expect(page.value).toEqual(['from the laptop']);
    const other = world.open();
    const starting = other.start();
    other.set(['newer']);
    await starting;
    expect(other.value).toEqual(['newer']);
  });

  it('sends a change made while another was on its way', async () => {
    const world = new World();
    const page = world.open();
    await page.start();
    page.set(['one']);
    const sent = vi.advanceTimersByTimeAsync(10);
    page.set(['two']);
    await sent;
    await vi.advanceTimersByTimeAsync(50);
    expect(world.server).toEqual(['two']);
    expect(page.unsent).toBe(false);
  });
});
