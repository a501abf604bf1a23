import { createHash } from 'node:crypto';
import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api';
import { BoardImages } from './images';

const picture = (text: string): Blob => new Blob([text], { type: 'image/jpeg' });
const idOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A server that can be away, and a device. */
class World {
  readonly kept = new Map<string, string>();
  failure: Error | null = null;
  constructor(
    readonly factory: () => IDBFactory = (() =>
      (
        (f) => () =>
          f
      )(new IDBFactory()))(),
  ) {}

  open(): BoardImages {
    return new BoardImages({
      database: 'pathboard.me.images.1',
      factory: this.factory,
      pauses: [5],
      upload: async (id, jpeg) => {
        if (this.failure) throw this.failure;
        this.kept.set(id, await jpeg.text());
      },
      fetch: (id) => {
        const found = this.kept.get(id);
        return found === undefined || this.failure
          ? Promise.reject(this.failure ?? new ApiError(404, 'not-found', ''))
          : Promise.resolve(picture(found));
      },
    });
  }
}
const offline = new ApiError(0, 'offline', '');

describe('the pictures of a board', () => {
  it('are shown at once and sent; the name is the hash of the bytes', async () => {
    const world = new World();
    const images = world.open();
    const id = await images.add(picture('drzewo'));
    expect(id).toBe(idOf('drzewo'));
    expect(images.state(id).blob).not.toBeNull();
    await vi.waitFor(() => expect(images.state(id).kind).toBe('here'));
    expect(world.kept.get(id)).toBe('drzewo');
    images.close();
  });

  it('wait on the device without a network, through a reload', async () => {
    const world = new World();
    world.failure = offline;
    const before = world.open();
    const id = await before.add(picture('mapa'));
    expect([before.state(id).kind, before.waiting]).toEqual(['waiting', 1]);
    before.close();

    const after = world.open();
    await vi.waitFor(() => expect(after.state(id).kind).toBe('waiting'));
    world.failure = null;
    after.now();
    await vi.waitFor(() => expect(after.state(id).kind).toBe('here'));
    expect(world.kept.get(id)).toBe('mapa');
    after.close();
  });

  it('are fetched when somebody else added them, also when that takes a while', async () => {
    const world = new World();
    const images = world.open();
    const id = idOf('zdjęcie');
    const heard = vi.fn();
    images.subscribe(heard);
    expect(images.state(id).kind).toBe('asked');
    await vi.waitFor(() => expect(images.state(id).kind).toBe('missing'));
    world.kept.set(id, 'zdjęcie');
    await vi.waitFor(() => expect(images.state(id).kind).toBe('here'));
    expect(heard).toHaveBeenCalled();
    images.close();

    // Then they are on the device.
    world.kept.clear();
    const again = world.open();
    expect(again.state(id).kind).toBe('asked');
    await vi.waitFor(() => expect(again.state(id).kind).toBe('here'));
    again.close();
  });

  it('say why the server refuses them, and are not sent again', async () => {
    const world = new World();
    world.failure = new ApiError(409, 'images-full', 'Za dużo obrazów.');
    const images = world.open();
    const id = await images.add(picture('nadmiar'));
    await vi.waitFor(() => expect(images.state(id).kind).toBe('refused'));
    expect(images.state(id).reason).toBe('Za dużo obrazów.');
    expect(images.state(id).blob).not.toBeNull();
    images.close();
  });

  it('live as long as the page where storage is forbidden', async () => {
    const world = new World(() => {
      throw new DOMException('no', 'SecurityError');
    });
    const images = world.open();
    const id = await images.add(picture('chwila'));
    await vi.waitFor(() => expect(images.state(id).kind).toBe('here'));
    images.close();
  });
});
