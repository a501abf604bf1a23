import { IDBFactory } from 'fake-indexeddb';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { SyncedDocument } from './document';
import { FakeServer } from './fakeserver';
import type { Hints } from './hints';
import { Line } from './line';

const noHints: Hints = { visible: () => true, subscribe: () => () => undefined };

/** Whether everything in a is in b, deletions too. */
function contains(b: Y.Doc, a: Y.Doc): boolean {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(b));
  const before = Y.snapshot(copy);
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(a));
  return Y.equalSnapshots(before, Y.snapshot(copy));
}

class Page {
  readonly line = new Line('ws://test/ws', noHints);
  readonly document: SyncedDocument;

  constructor() {
    this.document = new SyncedDocument(this.line, { name: 'board.1', token: 't', keepFor: 'me' });
  }
  get text(): Y.Text {
    return this.document.doc.getText('t');
  }
  get state(): string {
    return this.document.state.kind;
  }
  close(): void {
    this.document.close();
    this.line.close();
  }
}

describe('SyncedDocument', () => {
  let server: FakeServer;
  const open: Page[] = [];
  const page = (): Page => {
    const made = new Page();
    open.push(made);
    return made;
  };
  /** Lets time pass while the server makes everything durable. */
  const settle = async (ms = 4_000): Promise<void> => {
    for (let t = 0; t < ms; t += 20) {
      server.append();
      if (t % 10_000 === 0) server.keepAlive();
      await vi.advanceTimersByTimeAsync(20);
    }
  };

  beforeEach(() => {
    // fake-indexeddb needs a real setImmediate.
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    });
    localStorage.clear();
    server = new FakeServer();
    vi.stubGlobal('WebSocket', server.Socket);
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('nobody there')));
    vi.stubGlobal('indexedDB', new IDBFactory());
  });
  afterEach(() => {
    open.splice(0).forEach((p) => p.close());
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  const copied = (): Promise<void> =>
    new Promise((r) => setImmediate(() => setImmediate(() => setImmediate(r))));

  it('says saved only after the append, and on this device after five seconds without', async () => {
    const p = page();
    await copied();
    await settle();
    expect(p.state).toBe('saved');
    p.text.insert(0, 'a');
    expect(p.state).toBe('saving');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(p.state).toBe('saving');
    await vi.advanceTimersByTimeAsync(2_100);
    expect(p.document.state).toEqual({ kind: 'device', count: 1 });
    await settle();
    expect(p.state).toBe('saved');
  });

  it('sends what was typed offline, deletions too, and knows after a reload that it must', async () => {
    const p = page();
    await copied();
    await settle();
    p.text.insert(0, 'abc');
    await settle();
    server.down = true;
    server.cut();
    p.text.delete(0, 1);
    expect(p.document.state).toEqual({ kind: 'device', count: 1 });
    await copied();
    p.close();
    const again = page();
    await copied();
    await vi.advanceTimersByTimeAsync(100);
    expect(again.document.state).toEqual({ kind: 'device', count: 1 });
    expect(again.document.ready).toBe(true);
    expect(again.text.toString()).toBe('bc');
    server.down = false;
    await settle(30_000);
    expect(again.state).toBe('saved');
    expect(server.durable.getText('t').toString()).toBe('bc');
  });

  it('comes back after an outage of minutes within the longest pause', async () => {
    const p = page();
    await copied();
    await settle();
    server.down = true;
    server.cut();
    await vi.advanceTimersByTimeAsync(180_000);
    expect(p.state).toBe('offline');
    server.down = false;
    await settle(21_000);
    expect(p.state).toBe('saved');
  });

  it('sends again what a crashed server had not made durable', async () => {
    const p = page();
    await copied();
    await settle();
    p.text.insert(0, 'lost?');
    await vi.advanceTimersByTimeAsync(10);
    server.crash();
    expect(p.state).toBe('device');
    await settle(30_000);
    expect(p.state).toBe('saved');
    expect(server.durable.getText('t').toString()).toBe('lost?');
  });

  it('keeps what was refused, and saves it when the server takes it after all', async () => {
    const p = page();
    await copied();
    await settle();
    server.refuse = 'read-only';
    p.text.insert(0, 'mine');
    await settle();
    expect(p.document.state).toEqual({ kind: 'refused', code: 'read-only' });
    expect(p.text.toString()).toBe('mine');
    p.document.retry();
    await settle();
    expect(p.state).toBe('refused');
    server.refuse = null;
    p.document.retry();
    await settle();
    expect(p.state).toBe('saved');
    expect(server.durable.getText('t').toString()).toBe('mine');
  });

  it('forgets what was refused when the person lets go of it', async () => {
    const p = page();
    await copied();
    await settle();
    server.refuse = 'board-full';
    p.text.insert(0, 'too much');
    await settle();
    await Promise.all([p.document.discard(), copied()]);
    server.refuse = null;
    const again = page();
    await copied();
    await settle();
    expect(again.state).toBe('saved');
    expect(again.text.toString()).toBe('');
    expect(server.durable.getText('t').toString()).toBe('');
  });

  it('does not show an unknown board as an empty one', async () => {
    server.down = true;
    const p = page();
    await copied();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(p.document.ready).toBe(false);
    expect(p.state).toBe('connecting');
  });

  it('never says saved or offline while a change is not durable, whatever happens', async () => {
    const step = fc.constantFrom(
      'type',
      'type',
      'delete',
      'append',
      'one',
      'one',
      'cut',
      'crash',
      'down',
      'up',
      'wait',
      'reload',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        server = new FakeServer();
        localStorage.clear();
        vi.stubGlobal('WebSocket', server.Socket);
        vi.stubGlobal('indexedDB', new IDBFactory());
        let p = page();
        const check = (): void => {
          if (p.state === 'saved' || p.state === 'offline') {
            expect(contains(server.durable, p.document.doc)).toBe(true);
          }
        };
        await copied();
        await settle(100);
        for (const what of steps) {
          if (what === 'type') p.text.insert(0, 'x');
          else if (what === 'delete' && p.text.length > 0) p.text.delete(0, 1);
          else if (what === 'append') server.append();
          else if (what === 'one') server.append(1);
          else if (what === 'cut') server.cut();
          else if (what === 'crash') server.crash();
          else if (what === 'down' || what === 'up') server.down = what === 'down';
          else if (what === 'wait') await vi.advanceTimersByTimeAsync(700);
          else if (what === 'reload' && p.document.ready) {
            await copied();
            p.close();
            p = page();
            await copied();
          }
          check();
          await vi.advanceTimersByTimeAsync(3);
          check();
        }
        server.down = false;
        await settle(45_000);
        expect(p.state).toBe('saved');
        check();
        p.close();
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
