import {
  type Browser,
  type BrowserContextOptions,
  expect,
  type Page,
  test,
} from '@playwright/test';
import { accessible } from './support/axe';
import { addCard } from './support/board';
import { type Demo, fillDemo } from './support/demo';
import { Pathboard } from './support/processes';

let server: Pathboard;
let demo: Demo;
test.beforeAll(async () => {
  server = await Pathboard.start();
  demo = await fillDemo(server);
});
test.afterAll(() => server.stop());

/** What a page must never do: ask another host, break its policy, complain. */
function watch(page: Page): string[] {
  const wrong: string[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.host !== new URL(server.url).host) {
      wrong.push(`request to ${url.href}`);
    }
  });
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
  return wrong;
}

/** Walks through every screen and checks each. */
async function walk(browser: Browser, options: BrowserContextOptions): Promise<void> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const wrong = watch(page);
  await page.goto(server.url);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await accessible(page, 'home');
  await page.goto(`${server.url}/create`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await accessible(page, 'create');
  await page.goto(demo.join);
  await expect(page.getByRole('radio').first()).toBeVisible();
  await accessible(page, 'join');

  await page.getByRole('textbox').nth(0).fill('Osoba Przykładowa');
  await page
    .getByRole('radio')
    .nth(options.isMobile ? 2 : 3)
    .check({ force: true });
  await page.locator('form button[type=submit]').click();
  const first = page.locator('article').first();
  await expect(first).toBeVisible();
  await accessible(page, 'board');
  await first.focus();
  await page.keyboard.press('m');
  await expect(page.getByRole('dialog')).toBeVisible();
  await accessible(page, 'card menu');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await accessible(page, 'help');
  await page.keyboard.press('Escape');
  expect(wrong).toEqual([]);
  await context.close();
}

async function walkConsole(browser: Browser, options: BrowserContextOptions): Promise<void> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const wrong = watch(page);
  await page.goto(demo.facilitator);
  await expect(page.getByRole('heading', { name: /Grupa Jaskółki/ })).toBeVisible();
  await accessible(page, 'console');
  await page.goto(`${server.url}/w/${demo.workshopId}/print`);
  await expect(page.getByRole('heading').first()).toBeVisible();
  await accessible(page, 'sheet to print');
  await page.goto(demo.projector);
  await expect(page.getByText('Grupa Jaskółki').first()).toBeVisible();
  await accessible(page, 'projector');
  await page.getByRole('button', { name: /Jaskółki/ }).click();
  await accessible(page, 'projector, one group');
  expect(wrong).toEqual([]);
  await context.close();
}

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const laptop = { viewport: { width: 1366, height: 768 } };
for (const [name, options] of Object.entries({
  'phone, light': { ...phone, colorScheme: 'light' as const },
  'phone, dark': { ...phone, colorScheme: 'dark' as const },
  'laptop, light': { ...laptop, colorScheme: 'light' as const },
  'laptop, dark': { ...laptop, colorScheme: 'dark' as const },
})) {
  test(`members' screens: no violation, no foreign request, no complaint (${name})`, async ({
    browser,
  }) => {
    await walk(browser, options);
  });
  test(`console and projector: no violation, no foreign request, no complaint (${name})`, async ({
    browser,
  }) => {
    await walkConsole(browser, options);
  });
}

test('a name that is a script is shown as text, to everybody', async ({ browser }) => {
  const name = '<img src=x onerror=alert(1)>';
  const context = await browser.newContext(laptop);
  const page = await context.newPage();
  const wrong = watch(page);
  page.on('dialog', (dialog) => wrong.push(`dialog: ${dialog.message()}`));
  await page.goto(demo.join);
  await page.getByLabel('Imię i nazwisko').fill(name);
  await page.getByRole('radio').nth(0).check({ force: true });
  await page.getByRole('button', { name: 'Dołącz' }).click();
  await addCard(page, 'problem', 'Problem', '<script>alert(1)</script>');
  await page.goto(demo.facilitator);
  await page.getByRole('tab', { name: /uczestnik/ }).click();
  await expect(page.getByText(name).first()).toBeVisible();
  await page.goto(demo.projector);
  await expect(page.getByText('<script>alert(1)</script>').first()).toBeVisible();
  expect(wrong).toEqual([]);
  await context.close();
});
