import { expect, test } from '@playwright/test';
import { launch, type Page as Tab } from 'puppeteer-core';
import { addCard, card, editCard, saved } from './support/board';
import { Lead } from './support/lead';
import { Pathboard } from './support/processes';
import { Proxy } from './support/proxy';
import { createWorkshop, memberJoins } from './support/workshop';

/*
 * A tab in the background, a page that the system froze, a network that went
 * meanwhile: for moments, or for five minutes each by `make chaos T=3`.
 * Chromium is driven by puppeteer here: Playwright's pages count as visible
 * always, and its switches keep timers running.
 */
const full = process.env['PATHBOARD_CHAOS'] === 'full';
const lasting = full ? 5 * 60_000 : 0;
const hold = (ms: number): Promise<void> => new Promise((next) => setTimeout(next, ms));

/** A browser whose hidden tabs have their timers slowed to one a minute, soon. */
const sleepy = () =>
  launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    headless: true,
    protocolTimeout: lasting + 60_000,
    defaultViewport: { width: 1366, height: 768 },
    ignoreDefaultArgs: [
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      '--disable-backgrounding-occluded-windows',
    ],
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--lang=pl-PL',
      '--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/5',
    ],
  });

/** Joins through the screens. */
async function join(tab: Tab, link: string, name: string, group: string): Promise<void> {
  await tab.goto(link);
  await tab.locator('#name').fill(name);
  await tab.locator('#department').fill('Wydział Informatyki');
  await tab.locator(`label ::-p-text(${group})`).click();
  await tab.locator('form button[type=submit]').click();
  await tab.locator('#stage-problem').wait();
}

const shows = async (tab: Tab, text: string): Promise<void> => {
  const there = (t: string) =>
    [...document.querySelectorAll('article')].some((a) =>
      (a.querySelector('textarea')?.value ?? a.textContent).includes(t),
    );
  await tab.waitForFunction(there, { polling: 50 }, text);
};
const state = (tab: Tab, kind: string) =>
  tab.waitForFunction((k) => !!document.querySelector(`[data-save=${k}]`), { polling: 50 }, kind);

/** Somebody comes back to the tab; freezing had taken it out of view. */
async function toFront(tab: Tab, from: Tab): Promise<void> {
  await from.bringToFront();
  await tab.bringToFront();
  await tab.waitForFunction(() => document.visibilityState === 'visible', { polling: 20 });
}

test('a tab in the background, then frozen, then without a network: nothing is lost, nobody seems gone; a projector that slept shows what is shown now', async ({
  browser,
}) => {
  test.setTimeout(90_000 + 3 * lasting);
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const jan = await memberJoins(browser, server.url, created, 'Jan Wzorcowy', 'Rudziki');
  const net = await Proxy.start(server.port, 'pass');
  const chromium = await sleepy();
  const ada = await chromium.newPage();
  await join(ada, `${net.url}/join#${created.joinCode}`, 'Ada Uśpiona', 'Rudziki');
  await state(ada, 'saved');
  // What is said of saving, and whom Jan sees: each word of it is kept.
  await ada.evaluate(() => {
    const said: string[] = [];
    const note = (): void => {
      const now = document.querySelector('[data-save]')?.getAttribute('data-save') ?? 'none';
      if (said.at(-1) !== now) said.push(now);
    };
    note();
    new MutationObserver(note).observe(document.body, { attributes: true, subtree: true });
    Object.assign(window, { said });
  });
  const people = jan.page.locator('details.people summary');
  await expect(people).toHaveAttribute('aria-label', /1/);
  await people.evaluate((summary) => {
    const seen = [summary.getAttribute('aria-label')];
    new MutationObserver(() => seen.push(summary.getAttribute('aria-label'))).observe(summary, {
      attributeFilter: ['aria-label'],
    });
    new MutationObserver(() => {
      if (!summary.isConnected) seen.push('gone');
    }).observe(document.body, { childList: true, subtree: true });
    Object.assign(window, { seen });
  });

  const other = await chromium.newPage();
  await other.bringToFront();
  await ada.waitForFunction(() => document.visibilityState === 'hidden', { polling: 50 });
  await hold(lasting);
  await addCard(jan.page, 'problem', 'Problem', 'w czasie snu');
  await saved(jan.page);
  const said = await ada.evaluate(() => (window as unknown as { said: string[] }).said);
  expect(said, 'a hidden tab never says that it is without a line').toEqual(['saved']);
  const seen = await jan.page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  expect(new Set(seen).size, `Ada is there all the time: ${seen.join()}`).toBe(1);
  let at = Date.now();
  await ada.bringToFront();
  await shows(ada, 'w czasie snu');
  console.log(`hidden for ${lasting / 1000} s: current ${Date.now() - at} ms after`);

  const hall = await chromium.newPage();
  await hall.goto(created.links.projector.replace(server.url, net.url));
  const shown = (mode: string) =>
    hall.waitForFunction(
      (m) => document.querySelector('.wall[data-mode]')?.getAttribute('data-mode') === m,
      { polling: 50 },
      mode,
    );
  await shown('wall');
  await ada.bringToFront();

  const cdp = await ada.createCDPSession();
  const hallCdp = await hall.createCDPSession();
  await ada.evaluate(() => document.querySelector<HTMLElement>('article')?.focus());
  await ada.keyboard.press('Enter');
  await ada.locator('article textarea').wait();
  net.down();
  await ada.keyboard.press('End');
  await ada.keyboard.type(' i tuż przed nim');
  await state(ada, 'device');
  await cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
  await hallCdp.send('Page.setWebLifecycleState', { state: 'frozen' });
  await new Lead(server.url, created).send('PATCH', 'screen', { mode: 'timer' });
  await hold(lasting);
  await addCard(jan.page, 'data', 'Dane', 'w czasie mrozu');
  await saved(jan.page);
  net.up();
  at = Date.now();
  await cdp.send('Page.setWebLifecycleState', { state: 'active' });
  await toFront(ada, other);
  await shows(ada, 'w czasie mrozu');
  console.log(`frozen for ${lasting / 1000} s: current ${Date.now() - at} ms after`);
  await expect(card(jan.page, 'w czasie snu i tuż przed nim')).toBeVisible();
  await state(ada, 'saved');
  await hallCdp.send('Page.setWebLifecycleState', { state: 'active' });
  await toFront(hall, other);
  await shown('timer');
  await hall.close();
  await toFront(ada, other);

  net.down();
  await ada.keyboard.type(', a potem bez sieci');
  await state(ada, 'device');
  await editCard(jan.page, 'w czasie mrozu');
  await jan.page.keyboard.type(' (Jan)');
  await saved(jan.page);
  await hold(lasting);
  at = Date.now();
  net.up();
  await ada.evaluate(() => window.dispatchEvent(new Event('online')));
  await shows(ada, 'w czasie mrozu (Jan)');
  await state(ada, 'saved');
  console.log(`without a network for ${lasting / 1000} s: saved ${Date.now() - at} ms after`);
  await expect(card(jan.page, 'i tuż przed nim, a potem bez sieci')).toHaveCount(1);
  await chromium.close();
  await jan.context.close();
  await net.stop();
  await server.stop();
});
