import { expect, test } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { accessible } from './support/axe';
import { addCard, card } from './support/board';
import { Pathboard } from './support/processes';
import { createWorkshop, kept, memberJoins } from './support/workshop';

// What a workshop is made of, what it leaves for the next one, and how it and
// the data of its people end.

let server: Pathboard;
test.beforeAll(async () => {
  server = await Pathboard.start({
    env: { PATHBOARD_CONTROLLER: 'Urząd Miasta Łodzi', PATHBOARD_CONTACT: 'iod@lodz.example' },
  });
});
test.afterAll(() => server.stop());

test('stages and areas are edited while a group works; the pathway begins the next workshop', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const member = await memberJoins(browser, server.url, created, 'Jan Nowak', 'Grupa Sikory');
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(created.links.facilitator);
  await page.getByRole('link', { name: 'Ustawienia', exact: true }).click();
  await page.getByRole('tab', { name: 'Etapy i obszary' }).click();
  await page.getByText('1. Problem').click();
  await page.getByLabel('Nazwa etapu 1 po polsku').fill('Problem naszego miasta');
  await accessible(page);
  await page.getByRole('button', { name: 'Zapisz etapy' }).click();
  await expect(page.getByText('Etapy zapisane')).toBeVisible();
  await expect(member.page.getByText('Problem naszego miasta').first()).toBeVisible();

  await page.getByRole('tab', { name: 'Po warsztacie' }).click();
  await accessible(page);
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Zapisz ścieżkę do pliku' }).click();
  const path = await (await coming).path();
  expect(await readFile(path, 'utf8')).not.toContain('Jan Nowak');
  await page.getByRole('button', { name: 'Utwórz podobny warsztat' }).click();
  await expect(page.getByLabel('Tytuł')).toHaveValue(created.workshop.title);
  await expect(page.getByLabel('Nazwa grupy 4')).toHaveValue('Grupa Sikory');
  await page.getByRole('button', { name: 'Utwórz warsztat' }).click();
  await expect(page.getByRole('heading', { name: 'Warsztat jest gotowy' })).toBeVisible();

  await page.goto(`${server.url}/create`);
  await page.getByLabel('Miasto').fill('Kutno');
  await page
    .locator('#pathway-file')
    .setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
  await expect(page.getByText('Tego pliku nie da się odczytać')).toBeVisible();
  await page.locator('#pathway-file').setInputFiles(path);
  await expect(page.getByText('Użyjemy ścieżki')).toBeVisible();
  await page.getByText(/^Zarządzanie miastem.*etap/).click();
  await expect(page.getByText('Problem naszego miasta')).toBeVisible();
  await page.getByRole('button', { name: 'Utwórz warsztat' }).click();
  await expect(page.getByRole('heading', { name: 'Warsztat jest gotowy' })).toBeVisible();
  await member.context.close();
  await context.close();
});

test('a workshop is archived, opened again, and deleted with everything in every browser', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const ids = [created.workshop.id, ...created.workshop.groups.map((g) => g.id)];
  const member = await memberJoins(browser, server.url, created, 'Jan Nowak', 'Grupa Sikory');
  await expect(member.page.getByText('Zapisano').first()).toBeVisible();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(created.links.facilitator);
  await page.getByRole('link', { name: 'Ustawienia', exact: true }).click();
  await page.getByRole('tab', { name: 'Po warsztacie' }).click();
  await page.getByRole('button', { name: 'Zarchiwizuj warsztat' }).click();
  await expect(member.page.getByText('Warsztat jest zamknięty').first()).toBeVisible();
  await page.getByLabel('Dni po zakończeniu').fill('7');
  await page.getByRole('button', { name: 'Zmień termin' }).click();
  await expect(page.getByText(/7 dni po zarchiwizowaniu/)).toBeVisible();
  await page.getByRole('link', { name: 'Wróć do konsoli' }).click();
  await expect(page.getByText(/Ten warsztat zostanie usunięty/)).toBeVisible();
  await page.goBack();
  await page.getByRole('tab', { name: 'Po warsztacie' }).click();
  await page.getByRole('button', { name: 'Otwórz ponownie' }).click();
  await expect(page.getByRole('button', { name: 'Zarchiwizuj warsztat' })).toBeVisible();

  await page.getByRole('button', { name: 'Usuń warsztat' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^Przepisz tytuł/).fill('Inny tytuł');
  await dialog.getByRole('button', { name: 'Usuń na zawsze' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByLabel(/^Przepisz tytuł/).fill(created.workshop.title);
  await dialog.getByRole('button', { name: 'Usuń na zawsze' }).click();
  await expect(page.getByRole('heading', { name: 'Warsztat usunięty' })).toBeVisible();
  await expect(member.page.getByText(/Ten warsztat został usunięty/)).toBeVisible();
  await expect.poll(() => kept(member.page, ids)).toEqual([]);
  await expect.poll(() => kept(page, ids)).toEqual([]);
  await member.context.close();
  await context.close();
});

test('deleted text leaves a board for good, and every browser takes the board anew', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const group = created.workshop.groups[3];
  const member = await memberJoins(browser, server.url, created, 'Jan Nowak', 'Grupa Sikory');
  await addCard(member.page, 'problem', 'Problem', 'zostaje');
  await addCard(member.page, 'problem', 'Problem', 'tajemnica');
  await expect(member.page.getByText('Zapisano').first()).toBeVisible();
  await card(member.page, 'tajemnica').focus();
  await member.page.keyboard.press('Delete');
  await expect(card(member.page, 'tajemnica')).toHaveCount(0);
  await expect(member.page.getByText('Zapisano').first()).toBeVisible();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(created.links.facilitator);
  await page.getByRole('link', { name: 'Ustawienia', exact: true }).click();
  await page.getByRole('tab', { name: 'Po warsztacie' }).click();
  const history = page.getByRole('region', { name: 'Historia tablic' });
  const line = history.getByRole('listitem').filter({ hasText: 'Grupa Sikory' });
  await line.getByRole('button', { name: 'Zatrzymaj zmiany' }).click();
  await line.getByRole('button', { name: /Wyczyść historię/ }).click();
  await expect(page.getByText('Historia wyczyszczona: Grupa Sikory')).toBeVisible();
  // The member's browser takes the board anew and works on with it.
  await fetch(`${server.url}/api/workshops/${created.workshop.id}/groups/${group?.id ?? ''}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${created.tokens.facilitator}`, 'if-match': '*' },
    body: '{"frozen":false}',
  });
  await expect(card(member.page, 'zostaje')).toHaveCount(1);
  await expect(member.page.getByText('Zapisano').first()).toBeVisible();
  await addCard(member.page, 'problem', 'Problem', 'nowa praca');
  await expect(member.page.getByText('Zapisano').first()).toBeVisible();
  await expect(card(member.page, 'zostaje')).toHaveCount(1);
  await member.context.close();
  await context.close();
});

test('a person reads the notice, takes a copy of their data, and leaves without a trace', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const ids = [created.workshop.id, ...created.workshop.groups.map((g) => g.id)];
  const reader = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const notice = await reader.newPage();
  await notice.goto(`${server.url}/join#${created.joinCode}`);
  await expect(notice.getByText('Urząd Miasta Łodzi')).toBeVisible();
  await notice.goto(`${server.url}/privacy`);
  await expect(notice.getByText('iod@lodz.example')).toBeVisible();
  await accessible(notice);
  await reader.close();

  const { context, page } = await memberJoins(
    browser,
    server.url,
    created,
    'Jan Nowak',
    'Grupa Sikory',
  );
  await expect(page.getByText('Zapisano').first()).toBeVisible();
  await page.goto(`${server.url}/w/${created.workshop.id}/me`);
  await expect(page.getByText('to urządzenie')).toBeVisible();
  await accessible(page);
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Pobierz kopię danych' }).click();
  const data = JSON.parse(await readFile(await (await coming).path(), 'utf8')) as {
    participant: { name: string };
    sessions: unknown[];
  };
  expect(data.participant.name).toBe('Jan Nowak');
  expect(data.sessions).toHaveLength(1);
  await page.getByRole('button', { name: 'Odejdź i wymaż moje dane' }).click();
  await page.getByRole('button', { name: 'Wymaż dane' }).click();
  await expect(page.getByRole('heading', { name: 'Twoje dane zostały wymazane' })).toBeVisible();
  await expect.poll(() => kept(page, ids)).toEqual([]);

  const headers = { authorization: `Bearer ${created.tokens.facilitator}` };
  const answer = await fetch(`${server.url}/api/workshops/${created.workshop.id}`, { headers });
  expect(await answer.text()).not.toContain('Jan Nowak');
  await context.close();
});

test('who leads gives out and erases the data of somebody who asks', async ({ browser }) => {
  const created = await createWorkshop(server.url);
  const member = await memberJoins(browser, server.url, created, 'Jan Nowak', 'Grupa Sikory');
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(created.links.facilitator);
  await page.getByRole('tab', { name: /uczestnik/ }).click();
  await page.getByRole('button', { name: /Jan Nowak/ }).click();
  const dialog = page.getByRole('dialog');
  const coming = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Pobierz kopię danych' }).click();
  expect(await readFile(await (await coming).path(), 'utf8')).toContain('Jan Nowak');
  await dialog.getByRole('button', { name: 'Wymaż dane' }).click();
  await accessible(page);
  await dialog.getByRole('button', { name: 'Wymaż dane' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('Jan Nowak')).toHaveCount(0);
  await expect(member.page.getByText('Brak dostępu').first()).toBeVisible();
  await member.context.close();
  await context.close();
});
