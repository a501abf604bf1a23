import { type Browser, type BrowserContextOptions, expect, test } from '@playwright/test';
import { accessible } from './support/axe';
import { readFile } from 'node:fs/promises';
import { type Demo, fillDemo } from './support/demo';
import { Pathboard } from './support/processes';

// What the workshop leaves behind: read as a page, taken home as files, shared
// for a time.

let server: Pathboard;
let demo: Demo;
test.beforeAll(async () => {
  server = await Pathboard.start();
  demo = await fillDemo(server);
});
test.afterAll(() => server.stop());

async function open(browser: Browser, path: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(path);
  return { context, page };
}

test('the facilitator reads the outcome and takes every format in both languages', async ({
  browser,
}) => {
  const { context, page } = await open(browser, demo.facilitator);
  await page.getByRole('link', { name: 'Wynik i raporty' }).click();
  await expect(page.getByRole('heading', { name: 'Ścieżki grup' })).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'Środowisko' }).first()).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Plan działań' })).toBeVisible();
  await page
    .getByText(/^Cała ścieżka/)
    .first()
    .click();
  await expect(page.getByText('Etykiety: raport')).toBeVisible();
  await accessible(page);

  const begins = {
    'PDF Raport': '%PDF-1',
    'Word (DOCX)': 'PK',
    'Excel (XLSX)': 'PK',
    CSV: '\ufeff',
    Markdown: '# ',
    'Kalendarz (ICS)': 'BEGIN:VCALENDAR',
    JSON: '{',
    'Wszystko (ZIP)': 'PK',
  };
  for (const lang of ['pl', 'en']) {
    await page.getByLabel('Język plików').selectOption(lang);
    for (const [name, start] of Object.entries(begins)) {
      const coming = page.waitForEvent('download');
      await page
        .getByRole('button', { name: new RegExp(`^${name.replace(/[()]/g, '\\$&')}`) })
        .click();
      const file = await coming;
      expect(file.suggestedFilename()).toMatch(/^pathboard-[\w-]+\.\w+$/);
      const body = await readFile(await file.path(), 'utf8');
      expect(body.startsWith(start), `${name} in ${lang}`).toBe(true);
      if (name === 'Markdown') {
        expect(body).toContain(lang === 'pl' ? '## Plan działań' : '## Action plan');
        expect(body).not.toContain('## Uczestnicy');
      }
      await expect(page.getByText(/^Gotowe: /)).toBeVisible();
    }
  }
  await page.getByLabel('Język plików').selectOption('pl');
  await page.getByLabel('Z listą uczestników').check();
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: /^Markdown/ }).click();
  expect(await readFile(await (await coming).path(), 'utf8')).toContain('## Uczestnicy');

  await page.getByText('Sama tablica: Grupa Jaskółki').click();
  const picture = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Obraz (PNG)' }).first().click();
  expect((await picture).suggestedFilename()).toBe('pathboard-grupa-jaskolki.png');
  await context.close();
});

test('a download says how it goes, can be stopped, and its failure is clear', async ({
  browser,
}) => {
  const { context, page } = await open(browser, demo.facilitator);
  await page.getByRole('link', { name: 'Wynik i raporty' }).click();
  const pdf = page.getByRole('button', { name: /^PDF Raport/ });
  let release = (): void => undefined;
  const held = new Promise<void>((go) => (release = go));
  await page.route('**/export?*', async (route) => {
    await held;
    await route.abort().catch(() => undefined);
  });
  await pdf.click();
  await expect(page.getByText('Przygotowuję: PDF…')).toBeVisible();
  await page.getByRole('button', { name: 'Anuluj' }).click();
  await expect(page.getByText('Przerwano: PDF')).toBeVisible();
  release();
  await pdf.click();
  await expect(page.getByRole('alert')).toContainText('połączenia');
  await page.unroute('**/export?*');
  await page.route('**/export?*', (route) =>
    route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: JSON.stringify({ code: 'store-unavailable', detail: 'Serwer nie może teraz.' }),
    }),
  );
  await pdf.click();
  await expect(page.getByRole('alert')).toContainText('Serwer nie może teraz.');
  await context.close();
});

test('participants and holders of a link see it while it is shared, and no longer', async ({
  browser,
}) => {
  const lead = await open(browser, demo.facilitator);
  await expect(lead.page.getByRole('link', { name: 'Wynik i raporty' })).toBeVisible();
  await lead.page.goto(`${server.url}/w/${demo.workshopId}/outcome`);
  const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
  const member = await open(browser, demo.join, phone);
  await member.page.getByLabel('Imię i nazwisko').fill('Osoba Zwykła');
  await member.page.getByRole('radio').nth(2).check({ force: true });
  await member.page.getByRole('button', { name: 'Dołącz' }).click();
  await member.page.waitForURL(/\/w\/.+/);
  const outcome = `${server.url}/w/${demo.workshopId}/outcome`;
  await member.page.goto(outcome);
  await expect(member.page.getByRole('alert')).toContainText('nie jest teraz udostępniony');

  await lead.page.getByRole('button', { name: 'Udostępnij', exact: true }).click();
  await expect(lead.page.getByText(/widzą tę stronę do/)).toBeVisible();
  await lead.page.getByRole('button', { name: 'Utwórz link' }).click();
  const link = await lead.page.getByLabel('Link do wyniku').inputValue();

  await member.page.reload();
  await expect(member.page.getByRole('heading', { name: 'Zabierz ze sobą' })).toBeVisible();
  await expect(member.page.getByText(/^Sama tablica/)).toHaveCount(1);
  await expect(member.page.getByLabel('Z listą uczestników')).toHaveCount(0);
  await accessible(member.page);
  const wide = await member.page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(360);

  const guest = await open(browser, link);
  await expect(guest.page.getByRole('heading', { name: 'Plan działań' })).toBeVisible();
  expect(guest.page.url()).toBe(outcome);
  const coming = guest.page.waitForEvent('download');
  await guest.page.getByRole('button', { name: /^Word/ }).click();
  expect((await coming).suggestedFilename()).toMatch(/\.docx$/);
  const watcher = await open(browser, link);
  await expect(watcher.page.getByRole('heading', { name: 'Plan działań' })).toBeVisible();
  await guest.page.goto(`${server.url}/w/${demo.workshopId}/projector`);
  await expect(guest.page.getByText('Grupa Jaskółki')).toHaveCount(0);

  await lead.page.getByRole('button', { name: 'Zakończ udostępnianie' }).click();
  await expect(lead.page.getByText('Tę stronę widzi teraz tylko prowadzący.')).toBeVisible();
  // An open page learns of it when somebody comes back to it.
  await watcher.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect(watcher.page.getByRole('alert')).toBeVisible();
  await expect(watcher.page.getByRole('heading', { name: 'Plan działań' })).toHaveCount(0);
  await member.page.reload();
  await expect(member.page.getByRole('alert')).toContainText('nie jest teraz udostępniony');
  await guest.page.goto(outcome);
  await expect(guest.page.getByRole('alert')).toBeVisible();
  await Promise.all([lead, member, guest, watcher].map(({ context }) => context.close()));
});
