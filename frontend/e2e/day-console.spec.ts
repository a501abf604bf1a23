import { expect, type Page, test } from '@playwright/test';
import { accessible } from './support/axe';
import { card } from './support/board';
import { Pathboard } from './support/processes';
import { Scripted } from './support/attendee';
import { Lead, type State } from './support/lead';
import { createGroups, createWorkshop, memberJoins } from './support/workshop';

let server: Pathboard;
test.beforeAll(async () => {
  server = await Pathboard.start();
});
test.afterAll(() => server.stop());

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const dialog = (page: Page) => page.getByRole('dialog');

test('the facilitator sees who needs help, answers privately, announces and drops a hint', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const ada = await memberJoins(browser, server.url, created, 'Ada', 'Pustułki');
  const jan = await memberJoins(browser, server.url, created, 'Jan', 'Sikory');
  const lead = await browser.newContext();
  const page = await lead.newPage();
  await page.goto(created.links.facilitator);
  const tile = page.locator('article').filter({ hasText: 'Grupa Pustułki' });
  await expect(tile).toContainText('1 z 1 osoby');

  await ada.page.getByRole('button', { name: 'Pomoc' }).click();
  await ada.page.getByLabel('Pytanie (nieobowiązkowe)').fill('Skąd dane?');
  await ada.page.getByRole('button', { name: 'Wyślij pytanie' }).click();
  await tile.getByRole('button', { name: /prosi o pomoc/ }).click();
  await expect(page.getByRole('tab', { name: /Pomoc/ })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByText('Skąd dane?')).toBeVisible();
  await accessible(page, 'help queue');
  await page.getByLabel('Odpowiedź dla: Grupa Pustułki').fill('Z rejestru lokali');
  await page.getByRole('button', { name: 'Odpowiedz i załatw' }).click();
  await expect(page.getByText('Nikt nie czeka na pomoc.')).toBeVisible();
  await expect(ada.page.getByText('Z rejestru lokali')).toBeVisible();
  await expect(jan.page.getByText('Z rejestru lokali')).toHaveCount(0);

  await page.getByRole('button', { name: 'Ogłoś' }).click();
  await page.getByLabel('Treść').fill('Tylko dla Sikor');
  await page.getByRole('checkbox', { name: 'Grupa Sikory' }).check();
  await accessible(page, 'announcement');
  await page.getByRole('button', { name: 'Wyślij' }).click();
  await expect(jan.page.getByText('Tylko dla Sikor')).toBeVisible();
  await expect(ada.page.getByText('Tylko dla Sikor')).toHaveCount(0);

  await page.getByRole('button', { name: 'Podrzuć kartkę' }).click();
  await page.getByLabel('Znajdź w bibliotece').fill('bank danych lokalnych');
  await dialog(page)
    .getByRole('button', { name: /Bank Danych Lokalnych/ })
    .first()
    .click();
  await page.getByRole('checkbox', { name: 'Grupa Pustułki' }).check();
  await accessible(page, 'hint');
  await page.getByRole('button', { name: 'Podrzuć', exact: true }).click();
  await expect(card(ada.page, 'Bank Danych Lokalnych')).toBeVisible();
  await Promise.all([ada.context.close(), jan.context.close(), lead.close()]);
});

test('the facilitator warms up, has people write, vote, walk and look back', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const ada = await memberJoins(browser, server.url, created, 'Ada', 'Pustułki');
  const lead = await browser.newContext();
  const page = await lead.newPage();
  await page.goto(created.links.facilitator);
  await page.getByRole('tab', { name: 'Zadania' }).click();
  const tool = (name: string) => page.getByRole('region', { name, exact: true });

  const warmup = tool('Pytanie na rozgrzewkę');
  await warmup.getByRole('button', { name: 'Zadaj pytanie' }).click();
  await ada.page.getByRole('button', { name: 'Pytanie na start' }).click();
  await ada.page.getByLabel('Twoja odpowiedź').fill('Rejestr zgłoszeń mieszkańców');
  await ada.page.getByRole('button', { name: 'Odpowiedz' }).click();
  await expect(warmup.getByText('Rejestr zgłoszeń mieszkańców').first()).toBeVisible();
  const hall = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  const wall = await hall.newPage();
  await page.getByRole('tab', { name: 'Przebieg i grupy' }).click();
  await page.getByRole('button', { name: /Rozpocznij: Powitanie/ }).click();
  await wall.goto(created.links.projector);
  await expect(wall.getByText('Rejestr zgłoszeń mieszkańców')).toBeVisible();
  await accessible(wall, 'lobby with answers');
  await hall.close();
  await page.getByRole('tab', { name: 'Zadania' }).click();
  await warmup.getByRole('button', { name: 'Ukryj' }).click();
  await expect(warmup.getByText('Jeszcze bez odpowiedzi')).toBeVisible();
  await warmup.getByRole('button', { name: 'Zakończ odpowiadanie' }).click();

  const writing = tool('Ciche pisanie');
  await writing.getByRole('button', { name: 'Rozpocznij ciche pisanie' }).click();
  await ada.page.getByRole('button', { name: 'Pisz po cichu' }).click();
  await ada.page.getByLabel('Notatka 1').fill('Pustostany stoją latami');
  await expect(dialog(ada.page).getByText('Zapisane.')).toBeVisible();
  await accessible(ada.page, 'quiet writing');
  await ada.page.keyboard.press('Escape');
  await writing.getByRole('button', { name: 'Odsłoń notatki' }).click();
  await expect(card(ada.page, 'Pustostany stoją latami')).toBeVisible();

  const vote = tool('Głosowanie');
  await vote.getByRole('button', { name: 'Otwórz głosowanie' }).click();
  await card(ada.page, 'Pustostany').getByRole('button', { name: 'Dodaj kropkę' }).click();
  await accessible(ada.page, 'board with dots');
  await ada.page.getByRole('button', { name: /^Głosuj/ }).click();
  await expect(dialog(ada.page).getByText('Zapisane.')).toBeVisible();
  await accessible(ada.page, 'own dots');
  await ada.page.keyboard.press('Escape');
  await vote.getByRole('button', { name: 'Zamknij i policz' }).click();
  await expect(vote.getByRole('row').filter({ hasText: 'Pustostany' })).toContainText('1 kropka');

  const walk = tool('Spacer po galerii');
  await walk.getByRole('button', { name: 'Rozpocznij spacer' }).click();
  await expect(walk.getByText('Runda 1 z 3')).toBeVisible();
  await expect(walk.getByRole('row', { name: /Grupa Jaskółki/ }).first()).toContainText(
    'Grupa Pustułki',
  );
  await walk.getByRole('button', { name: 'Przerwij spacer' }).click();

  const wrap = tool('Podsumowanie i ankieta');
  await wrap.getByRole('button', { name: 'Poproś o ocenę' }).click();
  await ada.page.getByRole('button', { name: 'Jak było?' }).click();
  await accessible(ada.page, 'feedback');
  await ada.page
    .getByRole('group', { name: /przydatny/ })
    .getByRole('radio', { name: '4' })
    .check({ force: true });
  await expect(wrap.getByText('Odpowiedziała 1 osoba')).toBeVisible();
  await accessible(page, 'tools');
  await Promise.all([ada.context.close(), lead.close()]);
});

test('who joins at that moment stops no command, another facilitator does', async ({ page }) => {
  const created = await createWorkshop(server.url);
  const other = new Lead(server.url, created);
  const latecomers = ['Ada', 'Jan', 'Ola'];
  await page.route('**/groups/form', async (route) => {
    const name = latecomers.shift();
    if (name) await new Scripted(server.url, name, 'Zieleń').join(created.joinCode);
    await route.continue();
  });
  await new Scripted(server.url, 'Ewa', 'Budżet').join(created.joinCode);
  await page.goto(created.links.facilitator);
  await page.getByRole('tab', { name: /uczestni/i }).click();
  await page.getByRole('button', { name: 'Utwórz grupy' }).click();
  await expect(page.getByText('Bez grupy')).toHaveCount(0);
  const { workshop } = await other.send<State>('GET', '');
  expect(workshop.participants.map((p) => !!p.groupId)).toEqual([true, true, true, true]);

  // Both press "next phase": the day moves on by one phase, not by two.
  await page.route('**/phase', async (route) => {
    await other.send('POST', 'phase', { action: 'skip' });
    await page.unroute('**/phase');
    await route.continue();
  });
  await page.getByRole('tab', { name: 'Przebieg i grupy' }).click();
  await page.getByRole('button', { name: /^Rozpocznij: / }).click();
  await expect(page.getByText('Ktoś inny właśnie zmienił warsztat.')).toBeVisible();
  const after = await other.send<State>('GET', '');
  expect(after.workshop.phase?.index).toBe(0);
});

test('what the projectors show is at hand beside 24 groups, on a laptop and on a phone', async ({
  browser,
}) => {
  const created = await createGroups(server.url, 24);
  const lead = new Lead(server.url, created);
  await lead.send('POST', 'phase', { action: 'skip' });
  for (const device of [{}, phone]) {
    const context = await browser.newContext({ ...device, reducedMotion: 'reduce' });
    const page = await context.newPage();
    await page.goto(created.links.facilitator);
    await expect(page.getByRole('heading', { name: 'Grupa 24', exact: true })).toBeAttached();
    const panel = page.getByRole('region', { name: 'Ekran w sali' });
    const wall = panel.getByRole('button', { name: 'Wszystkie grupy' });
    if (device !== phone) await expect(wall).toBeInViewport();
    // From any tab one press comes there.
    await page.getByRole('tab', { name: 'Zadania' }).click();
    await page.getByRole('button', { name: 'Ekran w sali' }).focus();
    await page.keyboard.press('Enter');
    await expect(panel).toBeFocused();
    await expect(wall).toBeInViewport();
    await wall.click();
    await expect(panel.getByText('Teraz na ekranie: Wszystkie grupy')).toBeVisible();
    await panel.getByRole('button', { name: 'Zegar' }).click();
    await expect(panel.getByText('Teraz na ekranie: Zegar')).toBeVisible();
    await context.close();
  }
});
