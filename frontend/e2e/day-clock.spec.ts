import { type Browser, expect, type Page, test } from '@playwright/test';
import { clockText } from '../src/core/day';
import { Lead } from './support/lead';
import { Pathboard, Redis } from './support/processes';
import { createWorkshop, memberJoins } from './support/workshop';

// The countdown: the same on every screen, whatever their clocks say.

/** How far a screen may be from the server's time, in ms. */
const tolerance = 200;

interface Shown {
  /** The countdown of the phase, or of a round of the gallery walk. */
  of: 'phase' | 'round';
  text: string;
  /** The true time at which it came on the screen, in ms since 1970. */
  at: number;
}

interface Watched extends Window {
  shown?: Shown[];
}

/**
 * Sets a page's clock wrong and keeps what its countdowns show, and when. The
 * true time is read from the clock that pages cannot set.
 */
function wrong({ by }: { by: number }): void {
  const Real = Date;
  class Off extends Real {
    constructor(...args: unknown[]) {
      if (args.length === 0) super(Real.now() + by);
      else super(...(args as [number]));
    }
    static override now(): number {
      return Real.now() + by;
    }
  }
  globalThis.Date = Off as DateConstructor;
  const shown: Shown[] = ((window as Watched).shown = []);
  const last = new Map<Element, string>();
  const look = (): void => {
    const at = performance.timeOrigin + performance.now();
    for (const timer of document.querySelectorAll('[role=timer], .clock')) {
      const text = ((timer.querySelector('.digits') ?? timer).textContent ?? '').trim();
      if (last.get(timer) === text) continue;
      last.set(timer, text);
      shown.push({ of: timer.role === 'timer' ? 'phase' : 'round', text, at });
    }
  };
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
  });
}

interface Screen {
  name: string;
  page: Page;
}

async function open(browser: Browser, by: number, url: string): Promise<Page> {
  const context = await browser.newContext();
  await context.addInitScript(wrong, { by });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

const read = async (page: Page, of: Shown['of'] = 'phase'): Promise<Shown[]> => {
  const all = await page.evaluate(() => (window as Watched).shown?.splice(0) ?? []);
  return all.filter((s) => s.of === of);
};

interface Timer {
  workshop: {
    timer: { running: boolean; endsAt: string | null } | null;
    gallery: { endsAt?: string };
  };
}

/** Holds what was shown to a deadline. */
function hold(seen: readonly Shown[], end: number, what: string): void {
  for (const { text, at } of seen) {
    const right = [-tolerance, 0, tolerance].map((off) => clockText(end - at + off));
    expect(right, `${what}, ${end - at} ms before the end`).toContain(text);
  }
}

/** What a screen shows from now on, until its countdown has turned a few times. */
async function turns(page: Page, many: number, what: string, of: Shown['of'] = 'phase') {
  await read(page);
  const seen: Shown[] = [];
  await expect
    .poll(async () => seen.push(...(await read(page, of))), { message: what })
    .toBeGreaterThanOrEqual(many);
  return seen;
}

/** Waits for a few seconds of every countdown and holds each to the deadline. */
async function agree(screens: readonly Screen[], lead: Lead): Promise<string> {
  const { timer } = (await lead.send<Timer>('GET', '')).workshop;
  const end = timer?.endsAt ?? '';
  await Promise.all(
    screens.map(async ({ name, page }) => hold(await turns(page, 3, name), Date.parse(end), name)),
  );
  return end;
}

test('every screen counts with the server, with wrong clocks, on two instances, after a reload and a restart', async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const redis = await Redis.start();
  const [a, b] = await Promise.all([Pathboard.start({ redis }), Pathboard.start({ redis })]);
  const created = await createWorkshop(a.url);
  const lead = new Lead(a.url, created);
  const on = (url: string, base: string) => url.replace(a.url, base);
  const seats = await Promise.all(
    [a, b].map((s) => memberJoins(browser, s.url, created, `Osoba ${s.port}`, 'Sikory')),
  );
  try {
    // Members with clocks fast and slow, each on an instance of their own.
    for (const [i, { context, page }] of seats.entries()) {
      await context.addInitScript(wrong, { by: i === 0 ? 7 * 60_000 : -13 * 60_000 });
      await page.reload();
    }
    const screens: Screen[] = [
      { name: 'member, 7 minutes fast', page: (seats[0] as { page: Page }).page },
      { name: 'member, 13 minutes slow', page: (seats[1] as { page: Page }).page },
      {
        name: 'console, an hour fast',
        page: await open(browser, 3_600_000, on(created.links.facilitator, b.url)),
      },
      {
        name: 'projector, 3 minutes slow',
        page: await open(browser, -180_000, on(created.links.projector, b.url)),
      },
      { name: 'big clock', page: await open(browser, 95_000, created.links.projector) },
    ];
    await lead.send('POST', 'phase', { action: 'start', phaseId: 'stage-problem', minutes: 20 });
    for (const { page } of screens.slice(0, 4))
      await expect(page.locator('[role=timer]')).toContainText(/(20:00|19:\d\d)/);
    await agree(screens.slice(0, 4), lead);
    // The projectors show nothing but the clock.
    await lead.send('PATCH', 'screen', { mode: 'timer' });
    for (const { page } of screens.slice(3))
      await expect(page.locator('section .time[role=timer]').last()).toContainText(/\d:\d\d/);
    const before = await agree(screens, lead);

    // No wrong digit is ever shown while a page finds out the server's time.
    await Promise.all(screens.map(({ page }) => page.reload()));
    const end = Date.parse(before);
    for (const { name, page } of screens) {
      await expect(page.locator('[role=timer]').first()).toContainText(/\d:\d\d/);
      hold(
        (await read(page)).filter((s) => /\d/.test(s.text)),
        end,
        `${name}, reloaded`,
      );
    }
    expect(await agree(screens, lead)).toBe(before);

    // Both instances die at once: the screens count on, and so does the day.
    await Promise.all([a.kill(), b.kill()]);
    await Promise.all(
      screens.map(async ({ name, page }) =>
        hold(await turns(page, 2, name), end, `${name}, without a server`),
      ),
    );
    await Promise.all([a.up(), b.up()]);
    expect(await agree(screens, lead)).toBe(before);
    await lead.send('POST', 'phase', { action: 'extend', minutes: 5 });
    for (const { page } of screens)
      await expect(page.locator('[role=timer]').first()).toContainText(/2[0-4]:\d\d/);
    expect(Date.parse(await agree(screens, lead)) - end).toBe(5 * 60_000);

    // Somebody sets a device's clock right in the middle of it.
    const member = screens[0] as Screen;
    await member.page.evaluate(() => {
      const now = Date.now.bind(Date);
      Date.now = () => now() - 420_000;
      // What was shown before says nothing of what is shown from now on.
      (window as Watched).shown?.splice(0);
    });
    await expect
      .poll(async () => {
        const [last] = (await read(member.page)).slice(-1);
        if (!last) return Infinity;
        const [minutes, seconds] = last.text.split(':').map(Number) as [number, number];
        return Math.abs(end + 5 * 60_000 - last.at - (minutes * 60 + seconds) * 1000);
      })
      .toBeLessThan(1_000 + tolerance);
    await agree([member], lead);

    // The rounds of a gallery walk count the same, at the guests' and at the console.
    const walk = await lead.send<Timer>('POST', 'gallery', { action: 'start', minutes: 4 });
    const hosts = screens.slice(0, 3);
    await (hosts[2] as Screen).page.getByRole('tab', { name: 'Zadania' }).click();
    await Promise.all(
      hosts.map(async ({ name, page }) =>
        hold(
          await turns(page, 3, name, 'round'),
          Date.parse(walk.workshop.gallery.endsAt ?? ''),
          `${name}, gallery`,
        ),
      ),
    );
    await Promise.all(screens.slice(2).map(({ page }) => page.context().close()));
  } finally {
    for (const { context } of seats) await context.close();
    await Promise.all([a.stop(), b.stop()]);
    await redis.stop();
  }
});

test('what the countdown does is said to who listens, and rung to who asked for it', async ({
  browser,
}) => {
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const lead = new Lead(server.url, created);
  const { context, page } = await memberJoins(browser, server.url, created, 'Ada', 'Sikory');
  const projector = await browser.newContext();
  const wall = await projector.newPage();
  await wall.goto(created.links.projector);
  try {
    // The device's clock can be moved on, which moves the countdown with it.
    await context.addInitScript(() => {
      const audible = window as unknown as { tones: number; AudioContext: unknown };
      audible.tones = 0;
      const Real = window.AudioContext;
      audible.AudioContext = class extends Real {
        constructor() {
          super();
          audible.tones++;
        }
      };
    });
    await page.clock.install();
    await page.reload();
    const tones = () => page.evaluate(() => (window as unknown as { tones: number }).tones);
    const said = (p: Page) => p.locator('[data-said]');
    await expect(said(page)).toHaveAttribute('role', 'status');
    await lead.send('POST', 'phase', { action: 'skip' });
    for (const p of [page, wall]) await expect(p.locator('[role=timer]')).toBeVisible();
    await lead.send('POST', 'phase', { action: 'start', phaseId: 'stage-problem', minutes: 6 });
    for (const p of [page, wall]) await expect(said(p)).toHaveText(/^Teraz: .*Problem.* 6 minut$/);
    await page.getByRole('button', { name: 'Włącz dźwięk końca fazy' }).click();
    await expect.poll(tones).toBe(1);
    // The device is ahead of itself for as long as the server is not asked again.
    for (const [step, words] of [
      [61_000, 'Zostało pięć minut'],
      [301_000, 'Została minuta'],
      [361_000, 'Czas minął'],
    ] as const) {
      expect(await tones()).toBe(1);
      await page.clock.fastForward(step);
      await expect(said(page)).toHaveText(words);
      await expect(page.locator('[role=timer]')).toContainText(/5:\d\d/);
    }
    await expect.poll(tones).toBe(2);
    await lead.send('POST', 'phase', { action: 'pause' });
    for (const p of [page, wall]) await expect(said(p)).toHaveText('Odliczanie wstrzymane');
    await lead.send('POST', 'phase', { action: 'resume' });
    for (const p of [page, wall]) await expect(said(p)).toHaveText('Odliczanie wznowione');
    // Shortened beyond its end: said on every screen, rung where sound is on.
    await lead.send('POST', 'phase', { action: 'extend', minutes: -30 });
    for (const p of [page, wall]) await expect(said(p)).toHaveText('Czas minął');
    await expect(wall.getByText('po czasie').first()).toBeVisible();
    await expect.poll(tones).toBe(3);
  } finally {
    await Promise.all([context.close(), projector.close()]);
    await server.stop();
  }
});
