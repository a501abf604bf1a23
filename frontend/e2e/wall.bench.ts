import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { type CDPSession, expect, test } from '@playwright/test';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { stages } from './support/largeboard';
import { Pathboard } from './support/processes';

// The wall under the load of a large hall, measured in the browser: make bench-wall.
// 24 groups of 100 cards, 30 changes a second in all. WALL_SECONDS=14400 is the
// day in full; WALL_RATE=120 WALL_SECONDS=3600 makes the changes of that day in an
// hour. What a wall holds at last is put beside what the same boards take when the
// wall is opened anew: the difference is what the wall itself has kept.

const groups = 24;
const cardsEach = 100;
const changesPerSecond = Number(process.env['WALL_RATE'] ?? 30);
const seconds = Number(process.env['WALL_SECONDS'] ?? 60);

interface Made {
  workshop: { id: string; groups: { id: string }[] };
  tokens: { facilitator: string };
  links: { projector: string };
}

async function fill(server: Pathboard): Promise<Made> {
  const json = { 'content-type': 'application/json' };
  const answer = await fetch(`${server.url}/api/workshops`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({
      title: 'Zarządzanie miastem z wykorzystaniem danych',
      city: 'Łódź',
      groups: Array.from({ length: groups }, (_, i) => ({
        name: `Grupa ${i + 1}`,
        area: ['development', 'economy', 'environment', 'services'][i % 4],
      })),
    }),
  });
  const made = (await answer.json()) as Made;
  for (const [i, group] of made.workshop.groups.entries()) {
    const cards = Array.from({ length: cardsEach }, (_, n) => ({
      id: `c${n}`,
      kind: ['data', 'difficulty', 'solution', 'note'][n % 4],
      stage: stages[n % stages.length],
      order: `a${String(n).padStart(3, '0')}V`,
      text: `Kartka ${n}: co wiemy o lokalach, które stoją puste od dwóch lat`,
      author: 'p',
      createdAt: 1_700_000_000_000 + n,
    }));
    const problem = `Problem grupy ${i + 1}: pustostany stoją latami, a kolejka oczekujących rośnie.`;
    const put = await fetch(
      `${server.url}/api/workshops/${made.workshop.id}/groups/${group.id}/board`,
      {
        method: 'PUT',
        headers: { ...json, authorization: `Bearer ${made.tokens.facilitator}` },
        body: JSON.stringify({ meta: { problem }, cards }),
      },
    );
    if (!put.ok) throw new Error(await put.text());
  }
  const screen = await fetch(`${server.url}/api/workshops/${made.workshop.id}/screen`, {
    method: 'PATCH',
    headers: { ...json, authorization: `Bearer ${made.tokens.facilitator}` },
    body: JSON.stringify({ mode: 'wall' }),
  });
  if (!screen.ok) throw new Error(await screen.text());
  return made;
}

// Three people write on each board, forty letters into a card before they go on
// to the next. Yjs keeps a letter that was typed alone as an item of its own, for
// ever, and a run as one: letters strewn over the cards would measure that.
const writersEach = 3;
const lettersInARow = 40;

class Writer {
  private readonly document = new Y.Doc();
  private readonly provider: HocuspocusProvider;
  private left = 0;

  constructor(
    socket: HocuspocusProviderWebsocket,
    group: string,
    token: string,
    private card: number,
  ) {
    this.provider = new HocuspocusProvider({
      websocketProvider: socket,
      name: `board.${group}`,
      token,
      document: this.document,
    });
    this.provider.attach();
  }

  /** One change: a letter, letters out of a card that is full, or a card moved before the next. */
  change(): void {
    if (this.left-- === 0) {
      this.card = (this.card + 37) % cardsEach;
      this.left = lettersInARow;
    }
    const card = this.document.getMap('cards').get(`c${this.card}`);
    if (!(card instanceof Y.Map)) return;
    const text = card.get('text');
    if (this.left === lettersInARow) card.set('stage', stages[this.card % stages.length]);
    else if (text instanceof Y.Text) {
      if (text.length > 90) text.delete(60, text.length - 60);
      else text.insert(text.length, 'ą');
    }
  }

  stop(): void {
    this.provider.destroy();
  }
}

/** Changes all boards as people do: letters into cards and out of them, moves. */
function load(server: Pathboard, made: Made): { sent: () => number; stop: () => void } {
  const url = `${server.url.replace('http', 'ws')}/ws`;
  const sockets = Array.from(
    { length: writersEach },
    () => new HocuspocusProviderWebsocket({ url, WebSocketPolyfill: WebSocket }),
  );
  const writers = sockets.flatMap((socket, k) =>
    made.workshop.groups.map(
      ({ id }) =>
        new Writer(socket, id, made.tokens.facilitator, Math.floor((k * cardsEach) / writersEach)),
    ),
  );
  let n = 0;
  const timer = setInterval(() => writers[n++ % writers.length]?.change(), 1000 / changesPerSecond);
  return {
    sent: () => n,
    stop: () => {
      clearInterval(timer);
      for (const writer of writers) writer.stop();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function heap(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find((m) => m.name === 'JSHeapUsedSize')?.value ?? 0) / 1e6;
}

async function counters(session: CDPSession): Promise<string> {
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  return `${nodes} nodes and ${jsEventListeners} listeners`;
}

/** The slope of values over time, by least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (pick: 0 | 1): number => points.reduce((s, p) => s + p[pick], 0) / points.length;
  const [mx, my] = [mean(0), mean(1)];
  const over = points.reduce((s, [x]) => s + (x - mx) ** 2, 0);
  return over ? points.reduce((s, [x, y]) => s + (x - mx) * (y - my), 0) / over : 0;
}

test('the wall of 24 groups under load', async ({ browser }) => {
  test.setTimeout((seconds + 120) * 1000);
  const server = await Pathboard.start();
  const made = await fill(server);
  const running = load(server, made);
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const seen = globalThis as unknown as { full?: number; frames: Uint32Array };
    // Counted by half milliseconds: a list of a day's frames would itself be the growth.
    seen.frames = new Uint32Array(2_000);
    let last = 0;
    const frame = (at: number): void => {
      const bin = Math.min(1_999, Math.round((at - last) * 2));
      if (last) seen.frames[bin] = (seen.frames[bin] ?? 0) + 1;
      last = at;
      if (!seen.full) {
        const problems = document.querySelectorAll('article[data-group] .problem:not(.empty)');
        if (problems.length === 24) seen.full = performance.now();
      }
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  // The link is opened once, so that the token is on the device, then measured anew.
  await page.goto(made.links.projector);
  await expect(page.locator('article[data-group] .problem:not(.empty)')).toHaveCount(groups);
  await page.reload();
  await page.waitForFunction(() => 'full' in globalThis);
  const first = await page.evaluate(() => (globalThis as unknown as { full: number }).full);

  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  const before = running.sent();
  const began = Date.now();
  const memory: [number, number][] = [];
  const every = Math.max(5_000, (seconds * 1000) / 20);
  await page.evaluate(() => (globalThis as unknown as { frames: Uint32Array }).frames.fill(0));
  while (Date.now() - began < seconds * 1000) {
    await page.waitForTimeout(every);
    const used = await heap(session);
    memory.push([(Date.now() - began) / 3_600_000, used]);
    console.log(
      `${Math.round((Date.now() - began) / 1000)} s, ${running.sent() - before} changes: ${used.toFixed(1)} MB`,
    );
  }
  const counts = await page.evaluate(() => [
    ...(globalThis as unknown as { frames: Uint32Array }).frames,
  ]);
  const shown = counts.reduce((s, n) => s + n, 0);
  const at = (q: number): number => {
    let rank = q * (shown - 1);
    return counts.findIndex((n) => (rank -= n) < 0) / 2;
  };
  const fps = (1000 * shown) / counts.reduce((s, n, bin) => s + (n * bin) / 2, 0);
  const settled = memory.slice(Math.floor(memory.length / 3));
  const growth = slope(settled);
  running.stop();
  const last = await heap(session);
  const nodes = await counters(session);
  await page.reload();
  await page.waitForFunction(() => 'full' in globalThis);
  await page.waitForTimeout(5_000);
  const anew = await heap(session);
  const nodesAnew = await counters(session);
  const lines = [
    `first paint of all ${groups} groups     ${(first / 1000).toFixed(2)} s from navigation`,
    `changes                          ${((running.sent() - before) / seconds).toFixed(1)} a second over ${seconds} s`,
    `frames                           ${fps.toFixed(1)} a second; ${at(0.5).toFixed(1)} / ${at(0.95).toFixed(1)} / ${at(0.99).toFixed(1)} ms at p50 / p95 / p99`,
    `JavaScript heap after collection ${memory[0]?.[1].toFixed(1)} MB at first, ${memory.at(-1)?.[1].toFixed(1)} MB at last, ${growth.toFixed(1)} MB an hour`,
    `after the last change            ${last.toFixed(1)} MB, ${nodes}; the wall opened anew ${anew.toFixed(1)} MB, ${nodesAnew}`,
  ];
  console.log(`\n${lines.join('\n')}\n`);
  await context.close();
  await server.stop();
});
