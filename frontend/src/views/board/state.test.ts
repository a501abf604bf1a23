import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { BoardCommands, BoardStore, SyncedDocument } from '../../core';
import type { Stage } from '../../core/model';
import { FakeServer } from '../../core/sync/fakeserver';
import { Line } from '../../core/sync/line';
import { BoardState } from './state.svelte';

const stages = ['s1', 's2'].map((id) => ({ id })) as unknown as Stage[];
const frameMs = 16;

describe('BoardState', () => {
  let line: Line;
  let board: BoardState;
  /** Another browser, whose changes come as from the server. */
  let other: BoardCommands;
  let [mine, theirs] = ['', ''];
  /** How long the browser works on what others did, in ms. */
  let workMs = 0;
  /** Texts of the other's card that were shown, one after the other. */
  let seen: string[] = [];

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('WebSocket', new FakeServer().Socket);
    line = new Line('ws://test/ws', { visible: () => true, subscribe: () => () => undefined });
    const document = new SyncedDocument(line, { name: 'board.1', token: 't' });
    const doc = new Y.Doc();
    other = new BoardCommands(new BoardStore(doc, ['s1', 's2']), 'other');
    doc.on('update', (update: Uint8Array) =>
      Y.applyUpdate(document.doc, update, document.provider),
    );
    board = new BoardState(document, stages, 'me');
    [mine, theirs] = [other.addCard('s1', 'note', ''), other.addCard('s1', 'note', '')];
    board.flush();
    let worked = 0;
    const clock = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => clock() + worked);
    seen = [];
    board.afterShow = () => {
      const text = board.cards.get(theirs)?.text ?? '';
      if (text === (seen.at(-1) ?? '')) return;
      seen.push(text);
      worked += workMs;
    };
  });
  afterEach(() => {
    board.close();
    line.close();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  const write = (by: BoardCommands, card: string): void => {
    const text = by.cardText(card);
    text?.insert(text.length, 'x');
  };
  /** Lets a second pass in which the other writes 50 letters, and this person so many. */
  async function second(own: number): Promise<void> {
    for (let ms = 0; ms < 1_000; ms += 10) {
      if (ms % 20 === 0) write(other, theirs);
      if (own > 0 && ms % (1_000 / own) === 0) {
        write(board.commands, mine);
        await vi.advanceTimersByTimeAsync(0);
      }
      await vi.advanceTimersByTimeAsync(10);
    }
  }

  it('shows each change of others in the next frame to who does not write', async () => {
    workMs = 50;
    await second(0);
    await vi.advanceTimersByTimeAsync(2 * frameMs);
    expect(seen.length).toBe(50);
  });

  it('gathers them while this person writes, by what showing them costs', async () => {
    workMs = 2;
    await second(25);
    const quick = seen.length;
    seen = [];
    workMs = 50;
    await second(25);
    expect(quick).toBeGreaterThan(20);
    expect(seen.length).toBeGreaterThanOrEqual(3);
    // With the work itself the second is 1.35 s long, and each fifth may have one.
    expect(seen.length).toBeLessThanOrEqual(7);
  });

  it('shows all of it soon after the last letter', async () => {
    workMs = 50;
    await second(25);
    await vi.advanceTimersByTimeAsync(320);
    expect(seen.at(-1)?.length).toBe(50);
  });

  it('shows in the next frame what this person writes, and what happens to their card', async () => {
    workMs = 50;
    board.hand = () => mine;
    for (let i = 1; i <= 40; i++) {
      write(other, theirs);
      write(i % 4 === 0 ? other : board.commands, mine);
      await vi.advanceTimersByTimeAsync(frameMs);
      expect(board.cards.get(mine)?.text.length).toBe(i);
    }
    expect(seen.length).toBeLessThan(10);
  });

  it('shows a card that others delete together with the list it is gone from', async () => {
    workMs = 50;
    await second(25);
    other.deleteCard(theirs);
    for (let ms = 0; ms < 400; ms += 40) {
      write(board.commands, mine);
      await vi.advanceTimersByTimeAsync(40);
      expect(board.lists.get('s1')?.includes(theirs)).toBe(board.has(theirs));
    }
    expect(board.has(theirs)).toBe(false);
  });
});
