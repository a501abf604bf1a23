import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { DeviceCopy } from './devicecopy';

function setUp(factory: () => IDBFactory) {
  const doc = new Y.Doc();
  const changed = vi.fn();
  const copy = new DeviceCopy({
    database: 'pathboard.me.board.1',
    factory,
    everything: () => Y.encodeStateAsUpdate(doc),
    changed,
    retryMs: 50,
    patienceMs: 50,
  });
  doc.on('update', (u: Uint8Array) => copy.keep(u));
  return { doc, copy, changed };
}

async function textIn(factory: IDBFactory): Promise<string | null> {
  const { copy } = setUp(() => factory);
  const kept = await copy.load();
  await copy.close();
  if (!kept) return null;
  const doc = new Y.Doc();
  Y.applyUpdate(doc, kept);
  return doc.getText('t').toString();
}

function opened(factory: IDBFactory, version: number): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open('pathboard.me.board.1', version);
    request.onupgradeneeded = () =>
      request.result.createObjectStore('updates', { autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('not opened'));
  });
}

/** What a failing disk or another program left between the updates. */
async function putRow(factory: IDBFactory, row: unknown): Promise<void> {
  const db = await opened(factory, 1);
  const tx = db.transaction('updates', 'readwrite');
  tx.objectStore('updates').add(row);
  await new Promise((resolve) => (tx.oncomplete = resolve));
  db.close();
}

describe('DeviceCopy', () => {
  it('gives back after a reload what was kept, however much', async () => {
    const factory = new IDBFactory();
    const { doc, copy } = setUp(() => factory);
    expect(await copy.load()).toBeNull();
    for (let i = 0; i < 700; i++) {
      doc.getText('t').insert(i, String.fromCharCode(97 + (i % 26)));
      if (i % 50 === 0) await copy.flushed();
    }
    const text = doc.getText('t').toString();
    await copy.close();
    expect(await textIn(factory)).toBe(text);
  });

  it('says that storage is forbidden, and editing goes on', async () => {
    const { doc, copy, changed } = setUp(() => {
      throw new DOMException('no', 'SecurityError');
    });
    expect(await copy.load()).toBeNull();
    doc.getText('t').insert(0, 'still here');
    await copy.flushed();
    expect(copy.failure).toBe('forbidden');
    expect(changed).toHaveBeenCalled();
    await copy.close();
  });

  it('writes everything anew when storage that was closed is back', async () => {
    const factory = new IDBFactory();
    const open = vi.spyOn(factory, 'open');
    const { doc, copy } = setUp(() => factory);
    await copy.load();
    doc.getText('t').insert(0, 'one');
    await copy.flushed();
    const db = (open.mock.results[0]?.value as IDBOpenDBRequest).result;
    db.close();
    doc.getText('t').insert(3, ' two');
    await copy.flushed();
    expect(copy.failure).toBe('closed');
    doc.getText('t').insert(7, ' three');
    await vi.waitFor(() => expect(copy.failure).toBeNull(), { timeout: 5_000 });
    await copy.close();
    expect(await textIn(factory)).toBe('one two three');
  });

  it('keeps what is sound of a copy that was damaged, and says so', async () => {
    const factory = new IDBFactory();
    const first = setUp(() => factory);
    await first.copy.load();
    first.doc.getText('t').insert(0, 'sound');
    await first.copy.close();
    await putRow(factory, new Uint8Array([255, 255, 1, 2, 3]));
    await putRow(factory, 'no update at all');

    const second = setUp(() => factory);
    const kept = await second.copy.load();
    expect(second.copy.damaged).toBe(true);
    expect(second.copy.failure).toBeNull();
    if (kept) Y.applyUpdate(second.doc, kept, 'kept');
    second.doc.getText('t').insert(5, ' and new');
    await second.copy.close();

    const third = setUp(() => factory);
    await third.copy.load();
    expect(third.copy.damaged).toBe(false);
    await third.copy.close();
    expect(await textIn(factory)).toBe('sound and new');
  });

  it('says that storage does not answer, until it does', async () => {
    const factory = new IDBFactory();
    // An upgrade under way keeps everybody else waiting.
    const upgrade = factory.open('pathboard.me.board.1', 1);
    let finish = (): void => undefined;
    upgrade.onupgradeneeded = () => {
      const rows = upgrade.result.createObjectStore('updates', { autoIncrement: true });
      let held = true;
      finish = () => void (held = false);
      const hold = (): void => void (rows.count().onsuccess = () => held && hold());
      hold();
    };
    const { doc, copy } = setUp(() => factory);
    await vi.waitFor(() => expect(copy.failure).toBe('closed'), { timeout: 5_000 });
    doc.getText('t').insert(0, 'typed meanwhile');
    finish();
    await copy.load();
    upgrade.result.close();
    expect(copy.failure).toBeNull();
    await copy.close();
    expect(await textIn(factory)).toBe('typed meanwhile');
  });

  it('forgets when told to, even with something to write under way', async () => {
    const factory = new IDBFactory();
    const { doc, copy } = setUp(() => factory);
    await copy.load();
    doc.getText('t').insert(0, 'refused');
    const erased = copy.erase();
    await copy.close();
    await erased;
    expect(await textIn(factory)).toBeNull();
  });
});
