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
