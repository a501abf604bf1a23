import { expect, type Page, test } from '@playwright/test';
import { addCard, card, saved } from './support/board';
import { Lead, type State } from './support/lead';
import { Pathboard } from './support/processes';
import { createWorkshop, memberJoins } from './support/workshop';

let server: Pathboard;
test.beforeAll(async () => {
  server = await Pathboard.start();
});
test.afterAll(() => server.stop());

const dialog = (page: Page) => page.getByRole('dialog');
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

test('a member asks for help, reads the answer and announcements, also after a reload', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const lead = new Lead(server.url, created);
  const { context, page } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada Przykładowa',
    'Pustułki',
    phone,
  );
  await page.getByRole('button', { name: 'Pomoc' }).click();
  await page.getByLabel('Pytanie (nieobowiązkowe)').fill('Skąd wziąć dane o pustostanach?');
  await page.getByRole('button', { name: 'Wyślij pytanie' }).click();
  await expect(page.getByRole('button', { name: /Pomoc: 0 min/ })).toBeVisible();

  const { concern } = await lead.send<{ concern: { help: { id: string; text: string }[] } }>(
    'GET',
    'concern',
  );
  expect(concern.help.map((h) => h.text)).toEqual(['Skąd wziąć dane o pustostanach?']);
  await lead.send('PATCH', `help/${concern.help[0]?.id ?? ''}`, {
    answer: 'Zapytajcie Zarząd Lokali.',
  });
  const status = page.getByRole('status').filter({ hasText: 'Zapytajcie Zarząd Lokali.' });
  await expect(status).toBeVisible();
  await lead.send('POST', 'announcements', { text: 'Za kwadrans przerwa na kawę' });
  await expect(page.getByText('Za kwadrans przerwa na kawę')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Za kwadrans przerwa na kawę')).toBeVisible();
  await expect(page.getByText('Zapytajcie Zarząd Lokali.')).toBeVisible();
  // What was read does not come back; it is in the list.
  for (const read of [1, 0]) {
    await page.getByRole('button', { name: 'Przeczytane' }).first().click();
    await expect(page.getByRole('button', { name: 'Przeczytane' })).toHaveCount(read);
  }
  await page.reload();
  await page.getByRole('button', { name: 'Ogłoszenia' }).click();
  await expect(dialog(page).getByText('Za kwadrans przerwa na kawę')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /Pomoc: / }).click();
  await page.getByRole('button', { name: 'Już nie trzeba' }).click();
  await expect(page.getByRole('button', { name: 'Pomoc', exact: true })).toBeVisible();
  await context.close();
});

test('a stage is done when most of the group who are here say so', async ({ browser }) => {
  const created = await createWorkshop(server.url);
  const join = (name: string, options = {}) =>
    memberJoins(browser, server.url, created, name, 'Pustułki', options);
  const [ada, jan, ola] = [
    await join('Ada Pierwsza'),
    await join('Jan Drugi', phone),
    await join('Ola Trzecia'),
  ];
  const stage = (page: Page) => page.locator('[data-stage="problem"]');
  const done = (page: Page) => stage(page).getByRole('button', { name: 'Etap gotowy' });
  // Everybody sees everybody before the first voice.
  for (const { page } of [ada, jan, ola])
    await expect(page.locator('summary[aria-label="Osoby na tablicy: 2"]')).toBeAttached();
  await done(ada.page).focus();
  await ada.page.keyboard.press('Enter');
  for (const { page } of [ada, jan, ola]) {
    const said = stage(page).getByRole('status').filter({ hasText: 'Zgadza się 1, potrzeba 2' });
    await expect(said).toContainText('Ada Pierwsza');
  }
  // A voice can be taken back, and comes again.
  await done(ada.page).press('Enter');
  await expect(stage(jan.page).getByText(/Zgadza się/)).toHaveCount(0);
  await done(ada.page).press('Enter');
  await expect(stage(jan.page).getByText(/Zgadza się/)).toBeVisible();
  await done(jan.page).click();
  for (const { page } of [ada, jan, ola]) {
    await expect(done(page)).toHaveAttribute('aria-pressed', 'true');
    await expect(stage(page).getByText(/Zgadza się/)).toHaveCount(0);
  }
  for (const { context } of [ada, jan, ola]) await context.close();
});

test('a member votes by keyboard within the budget; the results come when it closes', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const lead = new Lead(server.url, created);
  const { context, page } = await memberJoins(browser, server.url, created, 'Ada', 'Pustułki');
  await addCard(page, 'problem', 'Problem', 'Pustostany');
  await addCard(page, 'problem', 'Problem', 'Kolejka');
  await saved(page);
  const { workshop } = await lead.send<State>('POST', 'polls', {
    title: 'Który problem?',
    dots: 3,
    perCard: 2,
  });
  await expect(page.getByRole('button', { name: 'Głosuj: zostały 3 kropki' })).toBeVisible();
  await card(page, 'Pustostany').focus();
  for (const dots of ['1', '2', '2']) {
    await page.keyboard.press('+');
    await expect(card(page, 'Pustostany').locator('[data-dots]')).toHaveAttribute(
      'data-dots',
      dots,
    );
  }
  await card(page, 'Kolejka').getByRole('button', { name: 'Dodaj kropkę' }).click();
  await card(page, 'Pustostany').focus();
  await page.keyboard.press('-');
  await expect(page.getByRole('button', { name: 'Głosuj: została 1 kropka' })).toBeVisible();
  await page.getByRole('button', { name: /^Głosuj/ }).click();
  await expect(dialog(page).getByText('Zapisane.')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(card(page, 'Kolejka').locator('[data-dots="1"]')).toBeVisible();
  await lead.send('POST', `polls/${workshop.polls[0]?.id ?? ''}/close`);
  await page.getByRole('button', { name: 'Wyniki głosowania' }).click();
  const rows = dialog(page).getByRole('row');
  await expect(rows.filter({ hasText: 'Pustostany' })).toContainText('1 kropka');
  await expect(rows.filter({ hasText: 'Kolejka' })).toContainText('1 kropka');
  await context.close();
});

test('quiet writing survives a reload without a network and comes to the board at the reveal', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const lead = new Lead(server.url, created);
  const ada = await memberJoins(browser, server.url, created, 'Ada', 'Pustułki');
  const jan = await memberJoins(browser, server.url, created, 'Jan', 'Pustułki');
  const begin = () => lead.send<State>('POST', 'writings', { stageId: 'problem' });
  const first = await begin();
  await ada.page.getByRole('button', { name: 'Pisz po cichu' }).click();
  await ada.page.getByLabel('Notatka 1').fill('Myśl, o której nikt jeszcze nie wie');
  await expect(dialog(ada.page).getByText('Zapisane.')).toBeVisible();

  await ada.context.setOffline(true);
  await ada.page.getByRole('button', { name: 'Następna notatka' }).click();
  await ada.page.getByLabel('Notatka 2').fill('Druga myśl, bez sieci');
  await expect(dialog(ada.page).getByText('Tylko na tym urządzeniu')).toBeVisible();
  await ada.context.setOffline(false);
  await expect(dialog(ada.page).getByText('Zapisane.')).toBeVisible();
  await ada.page.reload();
  await ada.page.getByRole('button', { name: 'Pisz po cichu' }).click();
  await expect(ada.page.getByLabel('Notatka 2')).toHaveValue('Druga myśl, bez sieci');
  await ada.page.keyboard.press('Escape');
  await expect(jan.page.getByText('Druga myśl')).toHaveCount(0);

  await lead.send('POST', `writings/${first.workshop.writing?.id ?? ''}/reveal`);
  await expect(card(jan.page, 'Myśl, o której nikt jeszcze nie wie')).toBeVisible();
  await expect(card(jan.page, 'Druga myśl, bez sieci')).toBeVisible();

  // Who was away at the reveal keeps the notes and can add them.
  const second = await begin();
  await jan.page.getByRole('button', { name: 'Pisz po cichu' }).click();
  await jan.context.setOffline(true);
  await jan.page.getByLabel('Notatka 1').fill('Spóźniona myśl');
  await expect(dialog(jan.page).getByText('Tylko na tym urządzeniu')).toBeVisible();
  await lead.send('POST', `writings/${second.workshop.writing?.id ?? ''}/reveal`);
  await jan.context.setOffline(false);
  await jan.page.keyboard.press('Escape');
  await jan.page.getByRole('button', { name: 'Dodaj na tablicę' }).click();
  await expect(card(ada.page, 'Spóźniona myśl')).toBeVisible();
  await Promise.all([ada.context.close(), jan.context.close()]);
});

test('visitors of the gallery read, comment and go on together; the day ends with feedback', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const lead = new Lead(server.url, created);
  const host = await memberJoins(browser, server.url, created, 'Ada', 'Pustułki');
  await addCard(host.page, 'problem', 'Problem', 'Pustostany stoją latami');
  await saved(host.page);
  const guest = await memberJoins(browser, server.url, created, 'Jan', 'Jaskółki', phone);
  await lead.send('POST', 'gallery', { action: 'start', minutes: 5 });
  await guest.page.getByRole('link', { name: /Idź do: Grupa Pustułki.*[45]:\d\d/ }).click();
  await expect(card(guest.page, 'Pustostany stoją latami')).toBeVisible();
  await expect(guest.page.getByText('Możesz ją czytać i komentować')).toBeVisible();
  await card(guest.page, 'Pustostany').getByRole('button', { name: 'Opcje kartki' }).click();
  await guest.page.getByLabel('Twój komentarz').fill('U nas też');
  await guest.page.getByRole('button', { name: 'Dodaj komentarz' }).click();
  await expect(guest.page.getByText('U nas też')).toBeVisible();
  await lead.send('POST', 'gallery', { action: 'next' });
  await expect(guest.page.getByRole('heading', { name: 'Grupa Rudziki' })).toBeVisible();
  await lead.send('POST', 'gallery', { action: 'stop' });
  await expect(guest.page.getByRole('heading', { name: 'Grupa Jaskółki' })).toBeVisible();
  await card(host.page, 'Pustostany').getByRole('button', { name: 'Opcje kartki' }).click();
  await expect(host.page.getByText('U nas też')).toBeVisible();

  await lead.send('PATCH', '', { feedbackOpen: true });
  await guest.page.getByRole('button', { name: 'Jak było?' }).click();
  const question = guest.page.getByRole('group', { name: /przydatny/ });
  await question.getByRole('radio', { name: '5' }).check({ force: true });
  await guest.page.getByLabel('Co zachować, co zmienić?').fill('Więcej czasu na dane');
  await expect(dialog(guest.page).getByText('Zapisane.')).toBeVisible();
  await guest.page.getByRole('button', { name: 'Gotowe' }).last().click();
  await expect(guest.page.getByText('Dziękujemy!', { exact: false })).toBeVisible();
  const result = await lead.send<{ answers: number; texts: string[] }>('GET', 'feedback');
  expect(result).toMatchObject({ answers: 1, texts: ['Więcej czasu na dane'] });
  await Promise.all([host.context.close(), guest.context.close()]);
});

test('a member renames, goes on as themselves on another device, and leaves', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const { context, page } = await memberJoins(browser, server.url, created, 'Ada', 'Pustułki');
  await page.getByRole('button', { name: 'Ty: Ada' }).click();
  await page.getByLabel('Imię i nazwisko').fill('Ada Nowa');
  await page.getByRole('button', { name: 'Zapisz', exact: true }).click();
  await page.getByRole('button', { name: 'Ty: Ada Nowa' }).click();
  await page.getByRole('button', { name: 'Pokaż link i kod QR' }).click();
  const link = await page.getByLabel('Twój osobisty link').inputValue();
  const other = await browser.newContext(phone);
  const second = await other.newPage();
  await second.goto(link);
  await expect(second.getByRole('button', { name: 'Ty: Ada Nowa' })).toBeVisible();
  expect(second.url()).not.toContain('#');
  await second.getByRole('button', { name: 'Ty: Ada Nowa' }).click();
  await second.getByRole('button', { name: 'Opuść warsztat na tym urządzeniu' }).click();
  await second.getByRole('button', { name: 'Tak, opuść' }).click();
  // The board has a heading too: only the way home ends the leaving.
  await second.waitForURL((url) => url.pathname === '/');
  await expect
    .poll(() => second.evaluate(() => Object.keys(localStorage).join()))
    .not.toContain(created.workshop.id);
  // The other device goes on.
  await page.reload();
  await expect(page.getByRole('button', { name: 'Ty: Ada Nowa' })).toBeVisible();
  await Promise.all([context.close(), other.close()]);
});

test('cards that say much the same are suggested and get a shared tag', async ({ browser }) => {
  const created = await createWorkshop(server.url);
  const { context, page } = await memberJoins(browser, server.url, created, 'Ada', 'Pustułki');
  await addCard(page, 'problem', 'Problem', 'Pustostany w zasobie komunalnym');
  await addCard(page, 'problem', 'Problem', 'Kolejki w urzędzie');
  await addCard(page, 'problem', 'Problem', 'Brak rejestru pustostanów komunalnych');
  await page.getByRole('button', { name: 'Filtr kartek' }).click();
  await page.getByRole('button', { name: 'Podobne kartki' }).click();
  const group = dialog(page).getByRole('region', { name: 'Podobne kartki 1' });
  await expect(group.getByRole('checkbox')).toHaveCount(2);
  await group.getByLabel('Wspólny znacznik').fill('pustostany');
  await group.getByRole('button', { name: 'Nadaj znacznik' }).click();
  await expect(card(page, 'Brak rejestru').getByText('#pustostany')).toBeVisible();
  await expect(card(page, 'Kolejki').getByText('#pustostany')).toHaveCount(0);
  await page.getByRole('status').getByRole('button', { name: 'Cofnij' }).click();
  await expect(page.getByText('#pustostany')).toHaveCount(0);
  await context.close();
});
