import { gzipSync } from 'node:zlib';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { addCard, saved, stage } from './support/board';
import { fillDemo } from './support/demo';
import { Pathboard } from './support/processes';
import { createWorkshop, memberJoins } from './support/workshop';

/** What joining and the board may cost a phone, in bytes of compressed script. */
const most = 100_000;

/** The script that a page has loaded since it was opened, compressed. */
async function weigh(page: Page, base: string): Promise<void> {
  const loaded = await page.evaluate(() =>
    performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname),
  );
  const scripts = [...new Set(loaded)].filter((path) => path.endsWith('.js') && path !== '/sw.js');
  const sizes = await Promise.all(
    scripts.map(async (path) => {
      const code = await (await fetch(base + path)).arrayBuffer();
      return [gzipSync(code, { level: 9 }).length, path] as const;
    }),
  );
  const sum = sizes.reduce((total, [size]) => total + size, 0);
  test.info().annotations.push({ type: 'script', description: `${sum} bytes of gzip` });
  expect(scripts.length).toBeGreaterThan(3);
  expect(sum, sizes.map((s) => s.join(' ')).join('\n')).toBeLessThanOrEqual(most);
}

test('joining and the board load at most 100 KB of script, Yjs included', async ({ browser }) => {
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const { page, context } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada Przykładowa',
    'Sikory',
  );
  await expect(stage(page, 'implementation')).toBeAttached();
  await saved(page);
  // Joining leads to the board within one document, which knows what it loaded.
  await weigh(page, server.url);
  await context.close();
  await server.stop();
});

test('so does a board with links, comments and other people on it', async ({ browser }) => {
  const server = await Pathboard.start();
  const demo = await fillDemo(server);
  const join = (name: string): ReturnType<typeof joins> => joins(browser, demo.join, name);
  const jan = await join('Jan Wzorcowy');
  await addCard(jan.page, 'problem', 'Problem', 'Ktoś już tu jest');
  const { page, context } = await join('Ada Przykładowa');
  await expect(page.locator('svg path[marker-end]').first()).toBeAttached();
  await expect(page.locator('details.people')).toBeVisible();
  await saved(page);
  await weigh(page, server.url);
  await Promise.all([context.close(), jan.context.close()]);
  await server.stop();
});

async function joins(browser: Browser, link: string, name: string) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await page.getByLabel('Imię', { exact: false }).first().fill(name);
  await page.getByRole('radio').nth(3).check({ force: true });
  await page.getByRole('button', { name: /Dołącz/ }).click();
  await expect(page.locator('article').first()).toBeVisible();
  return { context, page };
}
