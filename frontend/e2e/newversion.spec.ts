import { expect, type Page, test } from '@playwright/test';
import { accessible } from './support/axe';
import { addCard, card, editCard, saved } from './support/board';
import { Pathboard } from './support/processes';
import { NextRelease } from './support/release';
import { SlowLine } from './support/slowline';
import { type Created, createWorkshop, memberJoins } from './support/workshop';

/*
 * A release is changed while boards are open: who works is told, goes on, and
 * loads the new one when they like. Each person's way to the servers is a line
 * of their own that is turned from one release to the other.
 */
let server: Pathboard;
let next: NextRelease;
let created: Created;
test.beforeAll(async () => {
  server = await Pathboard.start();
  next = await NextRelease.start(server.port);
  created = await createWorkshop(server.url);
});
test.afterAll(async () => {
  await next.stop();
  await server.stop();
});

const entry = (page: Page): Promise<string | null> =>
  page.locator('script[type=module][src]').first().getAttribute('src');
const prompt = (page: Page) => page.getByRole('complementary', { name: 'Nowa wersja' });
/** The instance that the line led to is replaced by one of the next release. */
function replaced(line: SlowLine): void {
  line.turn(next.port);
  line.cut();
}

test('a new release is told quietly, nothing is lost, and it is loaded when the person likes', async ({
  browser,
}) => {
  const line = await SlowLine.start(server.port);
  const { page, context } = await memberJoins(browser, line.url, created, 'Ada Trwała', 'Sikory');
  const errors: string[] = [];
  page.on('pageerror', (e) => errors.push(e.message));
  await addCard(page, 'problem', 'Problem', 'Początek zdania');
  await saved(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(card(other, 'Początek zdania')).toBeVisible();
  const before = await entry(page);

  // Told while somebody writes: the letters and the focus stay where they are.
  const field = await editCard(page, 'Początek zdania');
  replaced(line);
  await expect(prompt(page)).toContainText('Jest nowa wersja Pathboard');
  await expect(prompt(page).getByRole('status')).toContainText('Kartki zostają na miejscu');
  await expect(field).toBeFocused();
  await page.keyboard.type(' i jego koniec');
  await expect(field).toHaveValue('Początek zdania i jego koniec');
  await accessible(page);
  await page.keyboard.press('Escape');
  await saved(page);
  expect(await entry(page)).toBe(before);

  // Later, then when the line was lost again: now.
  await prompt(page).getByRole('button', { name: 'Później' }).click();
  await expect(prompt(page)).toBeHidden();
  line.cut();
  await prompt(page).getByRole('button', { name: 'Wczytaj' }).click();
  await expect.poll(() => entry(page).catch(() => null)).toContain(next.renamed);
  await expect(card(page, 'Początek zdania i jego koniec')).toBeVisible();
  await saved(page);

  // The other tab goes on with its own release, parts it has not used included.
  await expect(prompt(other)).toBeVisible();
  await addCard(other, 'data', 'Dane', 'Z tamtej karty');
  await card(other, 'Z tamtej karty').focus();
  await other.keyboard.press('Shift+B');
  await expect(other.getByRole('heading', { name: 'Biblioteka', exact: true })).toBeVisible();
  await expect(card(page, 'Z tamtej karty')).toBeVisible();
  expect(await entry(other)).toBe(before);

  // The new release is the one that opens without a network.
  await other.close({ runBeforeUnload: false });
  await saved(page);
  line.dead = true;
  line.cut();
  await page.reload();
  await expect(card(page, 'Z tamtej karty')).toBeVisible();
  expect(await entry(page)).toContain(next.renamed);
  expect(errors).toEqual([]);
  await context.close();
  await line.stop();
});

test('a board in a browser without a worker is told too, and not sent back and forth', async ({
  browser,
}) => {
  const line = await SlowLine.start(server.port);
  const { page, context } = await memberJoins(
    browser,
    line.url,
    created,
    'Jan Bezpamięci',
    'Rudziki',
    { serviceWorkers: 'block' },
  );
  await addCard(page, 'problem', 'Problem', 'Przed zmianą');
  await saved(page);
  replaced(line);
  await prompt(page).getByRole('button', { name: 'Wczytaj' }).click();
  await expect.poll(() => entry(page).catch(() => null)).toContain(next.renamed);
  await expect(card(page, 'Przed zmianą')).toBeVisible();
  await saved(page);

  // Two releases serve side by side: the older one is not offered as new.
  line.turn(server.port);
  const looked = page.waitForResponse((r) => new URL(r.url()).pathname === '/');
  line.cut();
  await looked;
  await addCard(page, 'problem', 'Problem', 'Na starszym serwerze');
  await saved(page);
  await expect(prompt(page)).toBeHidden();
  await context.close();
  await line.stop();
});

test('a page opens from the worker when the network is there but silent', async ({ browser }) => {
  const line = await SlowLine.start(server.port);
  const { page, context } = await memberJoins(browser, line.url, created, 'Ola Cicha', 'Jaskółki');
  await addCard(page, 'problem', 'Problem', 'Z kopii na urządzeniu');
  await saved(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await saved(page);
  line.delay = 600_000;
  await page.reload();
  await expect(card(page, 'Z kopii na urządzeniu')).toBeVisible();
  await context.close();
  await line.stop();
});
