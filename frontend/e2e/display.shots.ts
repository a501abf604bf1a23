import { type Browser, type BrowserContextOptions, type Page, test } from '@playwright/test';
import { addCard, card, editCard, saved } from './support/board';
import { type Demo, fillDemo } from './support/demo';
import { Pathboard } from './support/processes';
import { NextRelease } from './support/release';
import { SlowLine } from './support/slowline';
import { createWorkshop, memberJoins } from './support/workshop';

// The board as people set their screens, for people to look at: ../screenshots/display/NAME.png

let server: Pathboard;
let demo: Demo;
test.beforeAll(async () => {
  server = await Pathboard.start();
  demo = await fillDemo(server);
});
test.afterAll(() => server.stop());

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const laptop = { viewport: { width: 1366, height: 768 } };
let people = 0;

async function board(browser: Browser, options: BrowserContextOptions, at = ''): Promise<Page> {
  const context = await browser.newContext({ ...options, deviceScaleFactor: 1 });
  const page = await context.newPage();
  await page.goto(at ? demo.join.replace(server.url, at) : demo.join);
  await page.getByLabel('Imię', { exact: false }).first().fill(`Osoba Numer${++people}`);
  await page.locator('input[type=radio]:not(:disabled)').first().check({ force: true });
  await page.locator('form button[type=submit]').click();
  await page.locator('article').first().waitFor();
  await saved(page);
  return page;
}

/** The same person's board in another window: groups have room for only so many. */
async function again(browser: Browser, from: Page, options: BrowserContextOptions): Promise<Page> {
  const storageState = await from.context().storageState();
  const context = await browser.newContext({ ...options, deviceScaleFactor: 1, storageState });
  const page = await context.newPage();
  await page.goto(from.url());
  await page.locator('article').first().waitFor();
  await saved(page);
  return page;
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.waitForTimeout(300);
  await page.screenshot({ path: `../screenshots/display/${name}.png` });
}

const settings: Record<string, BrowserContextOptions> = {
  'forced-light': { forcedColors: 'active', colorScheme: 'light' },
  'forced-dark': { forcedColors: 'active', colorScheme: 'dark' },
  'contrast-light': { contrast: 'more', colorScheme: 'light' },
  'contrast-dark': { contrast: 'more', colorScheme: 'dark' },
  dark: { colorScheme: 'dark' },
};
for (const [name, options] of Object.entries(settings)) {
  test(`board, ${name}`, async ({ browser }) => {
    const small = await board(browser, { ...phone, ...options });
    await shoot(small, `${name}-phone`);
    const page = await again(browser, small, { ...laptop, ...options });
    await small.context().close();
    await page.locator('article').nth(1).focus();
    await page.keyboard.press('x');
    await page.locator('article').nth(0).focus();
    await shoot(page, `${name}-laptop`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('o');
    await page.getByRole('dialog').waitFor();
    await shoot(page, `${name}-card`);
    await page.context().close();
  });
}

test('board, enlarged', async ({ browser }) => {
  const first = await board(browser, laptop);
  for (const [name, width, height] of [
    ['125', 1093, 614],
    ['150', 911, 512],
    ['200', 683, 384],
    ['400', 320, 256],
  ] as const) {
    const page = await again(browser, first, { viewport: { width, height } });
    await shoot(page, `zoom-${name}`);
    await page.context().close();
  }
  await first.context().close();
});

test('a phone: long words, who is here, writing above a keyboard, help', async ({ browser }) => {
  const created = await createWorkshop(server.url);
  const join = async (name: string, options: BrowserContextOptions): Promise<Page> =>
    (await memberJoins(browser, server.url, created, name, 'Sikory', options)).page;
  const other = await join('Jan Wzorcowy', laptop);
  await addCard(
    other,
    'problem',
    'Problem',
    'Konstantynopolitańczykowianeczkanadwiśle nie mieści się w wierszu',
  );
  await editCard(other, 'Konstantynopol');
  const page = await join('Ada Przykładowa', phone);
  await card(page, 'Konstantynopol').scrollIntoViewIfNeeded();
  await shoot(page, 'phone-long-word');
  await page.locator('details.people summary').click();
  await shoot(page, 'phone-people');
  await page.locator('details.people summary').click();
  await other.keyboard.press('Escape');
  await card(page, 'Konstantynopol').locator('.text').tap();
  await page.setViewportSize({ width: 360, height: 400 });
  await shoot(page, 'phone-keyboard');
  await page.getByRole('button', { name: 'Gotowe' }).tap();
  await page.setViewportSize(phone.viewport);
  await page.getByRole('button', { name: 'Szukaj i polecenia' }).tap();
  await shoot(page, 'phone-palette');
  await page.getByRole('option', { name: /Skróty klawiszowe/ }).tap();
  await shoot(page, 'phone-help');
  await Promise.all([page.context().close(), other.context().close()]);
});

test('a new version is there', async ({ browser }) => {
  const next = await NextRelease.start(server.port);
  for (const [name, options] of [
    ['phone', phone],
    ['laptop', { ...laptop, colorScheme: 'dark' as const }],
  ] as const) {
    const line = await SlowLine.start(server.port);
    const page = await board(browser, options, line.url);
    line.turn(next.port);
    line.cut();
    await page.getByRole('complementary', { name: 'Nowa wersja' }).waitFor();
    await shoot(page, `new-version-${name}`);
    await page.context().close();
    await line.stop();
  }
  await next.stop();
});
