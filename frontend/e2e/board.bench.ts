import {
  type Browser,
  type BrowserContextOptions,
  type CDPSession,
  expect,
  type Page,
  test,
} from '@playwright/test';
import * as Y from 'yjs';
import { fillBoard } from './support/largeboard';
import { costs, frames, print, quantile } from './support/measure';
import { Pathboard } from './support/processes';
import { scripted } from './support/scripted';
import { createWorkshop, joinWorkshop, memberJoins } from './support/workshop';

/**
 * What a board of many cards costs the browser. Prints figures and asserts no
 * time: run by `make bench-board` on a quiet machine.
 */
const seconds = 6;

interface Site {
  page: Page;
  cdp: CDPSession;
  /** Changes the board from elsewhere, so many times a second, for a while. */
  changes(rate: number): Promise<void>;
  stop(): Promise<void>;
}

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

async function site(
  browser: Browser,
  cards: number,
  links: number,
  options: BrowserContextOptions = {},
): Promise<Site> {
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const group = created.workshop.groups[2];
  if (!group) throw new Error('no group');
  await fillBoard(server.url, created, group.id, cards, links);
  const { page, context } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada',
    group.name,
    options,
  );
  await expect(page.locator('article')).toHaveCount(cards);
  const other = await joinWorkshop(server.url, created.joinCode, 'Jan', group.id);
  const remote = await scripted(server.url, other.token, `board.${group.id}`);
  const map = remote.doc.getMap<Y.Map<unknown>>('cards');
  let n = 0;
  const change = (): void => {
    const card = map.get(`card-${(n * 31) % cards}`);
    const text = card?.get('text');
    if (n++ % 5 === 4) card?.set('order', `a${String((n * 17) % cards).padStart(6, '0')}V`);
    else if (text instanceof Y.Text) text.insert(text.length, ` ${n}`);
  };
  return {
    page,
    cdp: await context.newCDPSession(page),
    changes: async (rate) => {
      const end = Date.now() + seconds * 1000;
      for (let next = Date.now(); next < end; next += 1000 / rate) {
        const wait = next - Date.now();
        if (wait > 0) await new Promise((go) => setTimeout(go, wait));
        change();
      }
      await remote.saved();
    },
    stop: async () => {
      remote.close();
      await context.close();
      await server.stop();
    },
  };
}

/** Opens the board three times and says how long it took until all cards were there. */
async function opening(page: Page, cards: number): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await page.reload();
    const handle = await page.waitForFunction(
      (n) => document.querySelectorAll('article').length === n && performance.now(),
      cards,
      { polling: 'raf' },
    );
    print('opening, all cards there, from the kept shell', {
      ms: (await handle.jsonValue()) as number,
    });
  }
}

/** Writes in a card while others change the board, and says what each letter waited for. */
async function typing(page: Page, changes: Site['changes']): Promise<void> {
  await page.evaluate(() => {
    const delays: number[] = [];
    const paints: number[] = [];
    Object.assign(window, { delays, paints });
    window.addEventListener(
      'keydown',
      (event) => delays.push(performance.now() - event.timeStamp),
      true,
    );
    // The shortest that browsers report; the rest are faster still.
    const options = { type: 'event', durationThreshold: 16 };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        if (entry.name === 'keydown') paints.push(entry.duration);
    }).observe(options);
  });
  await page.locator('#stage-problem article').first().focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('article textarea')).toBeFocused();
  let going = true;
  const typed = (async () => {
    while (going) await page.keyboard.type('a', { delay: 40 });
  })();
  print('50 changes a second, four times slower, typing', {
    ...(await frames(page, () => changes(50))),
  });
  going = false;
  await typed;
  const keys = await page.evaluate(() => {
    const { delays, paints } = window as unknown as Record<'delays' | 'paints', number[]>;
    return [delays, paints] as const;
  });
  for (const [i, what] of ['key to handler, ms', 'key to paint, ms'].entries()) {
    const values = keys[i] ?? [];
    print(what, { n: values.length, p50: quantile(values, 0.5), p95: quantile(values, 0.95) });
  }
}

test('500 cards and 300 links: opening, 50 remote changes a second, typing', async ({
  browser,
}) => {
  const { page, cdp, changes, stop } = await site(browser, 500, 300);
  await opening(page, 500);
  print('at rest', { ...(await frames(page, () => page.waitForTimeout(2000))) });
  await costs(cdp, async () => {
    print('50 changes a second', { ...(await frames(page, () => changes(50))) });
  });

  // Typing while the board changes, on a processor four times slower.
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await typing(page, changes);
  await stop();
});

test('2,000 cards scroll', async ({ browser }) => {
  const { page, stop } = await site(browser, 2000, 300);
  await page.locator('#stage-problem article').first().hover();
  print('2,000 cards, scrolling', {
    ...(await frames(page, async () => {
      for (let i = 0; i < 120; i++) await page.mouse.wheel(0, 120);
      for (let i = 0; i < 60; i++) await page.mouse.wheel(i < 30 ? 60 : -60, 0);
    })),
  });
  await stop();
});

test('on a phone, four times slower: 500 cards open and are written on, a stage of 200 scrolls', async ({
  browser,
}) => {
  const board = await site(browser, 500, 300, phone);
  await board.cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await opening(board.page, 500);
  await typing(board.page, board.changes);
  await board.stop();
  const { page, cdp, stop } = await site(browser, 1600, 300, phone);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  print('a stage of 200 cards on a phone, scrolling', {
    ...(await frames(page, async () => {
      for (const yDistance of [-6000, -6000, 8000])
        await cdp.send('Input.synthesizeScrollGesture', {
          x: 195,
          y: 500,
          yDistance,
          speed: 3000,
          gestureSourceType: 'touch',
        });
    })),
  });
  await stop();
});
