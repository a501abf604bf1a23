import { expect, test } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { accessible } from './support/axe';
import { Pathboard } from './support/processes';
import { createWorkshop, memberJoins } from './support/workshop';

// Several people lead; links are replaced, taken back and recovered; sessions
// end; the audit log tells of it.

let server: Pathboard;
test.beforeAll(async () => (server = await Pathboard.start()));
test.afterAll(() => server.stop());

test('a co-facilitator gets a link, leads with it, and loses it at once', async ({ browser }) => {
  const created = await createWorkshop(server.url);
  const leadContext = await browser.newContext();
  const lead = await leadContext.newPage();
  await lead.goto(created.links.facilitator);
  await lead.getByRole('link', { name: 'Ustawienia', exact: true }).click();
  await expect(lead.getByRole('heading', { name: 'Prowadzący', exact: true })).toBeVisible();
  await lead.getByLabel('Imię i nazwisko nowej osoby').fill('Ola Lis');
  await lead.getByRole('button', { name: 'Dodaj prowadzącego' }).click();
  const link = await lead.getByRole('textbox', { name: 'Link: Ola Lis' }).inputValue();
  await accessible(lead);

  const context = await browser.newContext();
  const ola = await context.newPage();
  await ola.goto(link);
  await expect(ola.getByRole('heading', { name: created.workshop.title })).toBeVisible();

  await lead.getByRole('button', { name: 'Odbierz prowadzenie: Ola Lis' }).click();
  await lead.getByRole('dialog').getByRole('button', { name: 'Odbierz prowadzenie' }).click();
  await expect(lead.getByText('Ola Lis', { exact: true })).toHaveCount(0);
  await expect(ola.getByText('Ten link nie działa')).toBeVisible();

  await lead.getByRole('tab', { name: 'Dziennik' }).click();
  await expect(lead.getByRole('rowheader', { name: 'Odebrano prowadzenie' })).toBeVisible();
  await accessible(lead);
  const coming = lead.waitForEvent('download');
  await lead.getByRole('button', { name: 'Pobierz CSV' }).click();
  const csv = await readFile(await (await coming).path(), 'utf8');
  expect(csv).toContain('facilitator-added');
  expect(csv).not.toContain('Ola');
  await context.close();
  await leadContext.close();
});

test('a session that is ended loses the board within seconds', async ({ browser }) => {
  const created = await createWorkshop(server.url);
  const { context, page } = await memberJoins(
    browser,
    server.url,
    created,
    'Jan Nowak',
    'Grupa Sikory',
  );
  await expect(page.getByText('Zapisano').first()).toBeVisible();
  const leadContext = await browser.newContext();
  const lead = await leadContext.newPage();
  await lead.goto(created.links.facilitator);
  await expect(lead.getByRole('heading', { name: created.workshop.title })).toBeVisible();
  await lead.goto(`${server.url}/w/${created.workshop.id}/manage`);
  await lead.getByRole('button', { name: /^Zakończ: Jan Nowak/ }).click();
  await expect(page.getByText('Brak dostępu').first()).toBeVisible();
  await expect(lead.getByRole('button', { name: /^Zakończ: Jan Nowak/ })).toHaveCount(0);
  await context.close();
  await leadContext.close();
});

test('a lost facilitator link comes back by the recovery code', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${server.url}/create`);
  await page.getByLabel('Miasto').fill('Łódź');
  await page.getByRole('button', { name: 'Utwórz warsztat' }).click();
  await expect(page.getByRole('heading', { name: 'Kod odzyskiwania' })).toBeVisible();
  const code = await page.getByRole('textbox', { name: 'Kod odzyskiwania' }).inputValue();
  const lost = await page.locator('#facilitator-link').inputValue();
  await accessible(page);

  const other = await browser.newContext();
  const desk = await other.newPage();
  await desk.goto(server.url);
  await desk.getByRole('link', { name: 'Zgubiony link prowadzącego?' }).click();
  await desk.getByLabel('Kod odzyskiwania').fill('AAAA-BBBB-CCCC-DDDD-EEEE');
  await desk.getByRole('button', { name: 'Odzyskaj' }).click();
  await expect(desk.getByRole('alert')).toBeVisible();
  await desk.getByLabel('Kod odzyskiwania').fill(code.toLowerCase().replaceAll('-', ' '));
  await desk.getByRole('button', { name: 'Odzyskaj' }).click();
  await expect(desk.getByRole('heading', { name: 'Masz nowy link' })).toBeVisible();
  await desk.getByRole('button', { name: 'Przejdź do konsoli' }).click();
  await expect(desk.getByText('Konsola prowadzącego').first()).toBeVisible();

  await page.goto('about:blank');
  await page.goto(lost);
  await expect(page.getByText('Ten link nie działa')).toBeVisible();
  await context.close();
  await other.close();
});
