import { expect, type Page, test } from '@playwright/test';
import { accessible, contrast } from './support/axe';
import { addCard, card, saved, stage } from './support/board';
import { fillBoard } from './support/largeboard';
import { reachedByName } from './support/named';
import { Pathboard } from './support/processes';
import { type Created, createWorkshop, memberJoins } from './support/workshop';

// axe looks at every panel, dialog and state of the board, light and dark; all that
// can be used in it has a name, and is reached by typing it.

let server: Pathboard;
let created: Created;
test.beforeAll(async () => {
  server = await Pathboard.start();
  created = await createWorkshop(server.url);
});
test.afterAll(() => server.stop());

/** What the page shows now: all rules in light, and what dark can change, its contrast. */
async function look(page: Page, what: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await accessible(page, what);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await contrast(page, `${what}, dark`);
  if (what !== 'palette') await reachedByName(page, what);
}

async function lead(path: string, body: object): Promise<void> {
  const answer = await fetch(`${server.url}/api/workshops/${created.workshop.id}${path}`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${created.tokens.facilitator}`,
      'content-type': 'application/json',
      'if-match': '*',
    },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}

const dialog = (page: Page, name: string) => page.getByRole('dialog', { name });

/** A board with what cards can have: tags, a day, comments, links, an open end. */
async function furnish(page: Page): Promise<void> {
  await addCard(page, 'problem', 'Problem', 'Żłobki są daleko: https://example.org');
  await addCard(page, 'problem', 'Notatka', 'Żłobki są za daleko');
  await addCard(page, 'data', 'Trudność', 'Brak adresów');
  await card(page, 'Notatka').focus();
  await page.keyboard.press('l');
  await card(page, 'Brak adresów').focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('svg path.line')).toHaveCount(1);
  await card(page, 'Brak adresów').focus();
  await page.keyboard.press('o');
  const panel = dialog(page, 'Opcje kartki');
  await panel.getByLabel('Etykiety').fill('pilne');
  await page.keyboard.press('Enter');
  await panel.getByLabel('Termin').fill('2031-05-04');
  await panel.getByLabel('Stan').selectOption('doing');
  await panel.getByRole('button', { name: 'Zgoda' }).click();
  await panel.getByRole('radio', { name: 'słoneczny' }).check({ force: true });
  await page.keyboard.press('Escape');
}

test('panels and dialogs', async ({ browser }) => {
  test.setTimeout(600_000);
  const ada = await memberJoins(browser, server.url, created, 'Ada Przykładowa', 'Sikory');
  const jan = await memberJoins(browser, server.url, created, 'Jan Wzorcowy', 'Sikory');
  const { page } = ada;
  await expect(stage(page, 'problem')).toBeVisible();
  await look(page, 'empty');
  await furnish(page);
  await card(jan.page, 'Brak adresów').focus();
  await jan.page.keyboard.press('c');
  await jan.page.getByLabel('Twój komentarz').fill('@Ada Przykładowa, są w BIP');
  await jan.page.keyboard.press('Control+Enter');
  await expect(page.getByText('zwraca się do Ciebie')).toBeVisible();
  await look(page, 'with cards, people, comments, a message');

  const at = card(page, 'Brak adresów');
  const states: [string, string[], () => Promise<void>][] = [
    ['writing', ['Enter'], () => expect(page.locator('article textarea')).toBeFocused()],
    ['options of a card', ['o'], () => expect(dialog(page, 'Opcje kartki')).toBeVisible()],
    ['joining', ['l'], () => expect(page.getByRole('button', { name: 'Anuluj' })).toBeVisible()],
    ['several chosen', ['x'], () => expect(page.getByRole('toolbar')).toBeVisible()],
    ['filter', ['/'], () => expect(page.getByRole('search')).toBeVisible()],
    ['palette', ['Control+k'], () => expect(page.getByRole('combobox')).toBeVisible()],
    ['help', ['?'], () => expect(dialog(page, 'Skróty klawiszowe')).toBeVisible()],
    [
      'library',
      ['Shift+B'],
      () => expect(dialog(page, 'Biblioteka').getByRole('listitem').first()).toBeVisible(),
    ],
    ['links', ['Shift+L'], () => expect(dialog(page, 'Powiązania').getByText('→')).toBeVisible()],
    ['comments', ['Shift+C'], () => expect(dialog(page, 'Komentarze')).toBeVisible()],
    ['notifications', ['Shift+N'], () => expect(dialog(page, 'Powiadomienia')).toBeVisible()],
    ['similar cards', ['Shift+S'], () => expect(dialog(page, 'Podobne kartki')).toBeVisible()],
    ['one stage', ['z'], () => expect(page.locator('[data-mode=focus]')).toBeVisible()],
  ];
  for (const [what, keys, ready] of states) {
    await at.focus();
    for (const key of keys) await page.keyboard.press(key);
    await ready();
    await look(page, what);
    if (what === 'writing') await expect(page.locator('article textarea')).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(
      page.locator('dialog[open], [role=dialog], [role=search], [role=toolbar]'),
    ).toHaveCount(0);
  }
  for (const [what, key, mode] of [
    ['all stages', 'v', 'fit'],
    ['the list', 't', 'list'],
  ] as const) {
    await at.focus();
    await page.keyboard.press(key);
    await expect(page.locator(`[data-mode=${mode}]`)).toBeVisible();
    await look(page, what);
    if (mode === 'fit') await page.keyboard.press(key);
    else await page.getByRole('button', { name: 'Wróć do tablicy' }).click();
  }
  await stage(page, 'problem').getByRole('button', { name: 'Inny rodzaj…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await look(page, 'choosing a kind');
  await page.keyboard.press('Escape');

  await saved(page);
  await page.getByRole('button', { name: 'Historia tablicy' }).click();
  const history = dialog(page, 'Historia tablicy');
  await expect(history.getByRole('slider')).toBeVisible();
  await look(page, 'history');
  await history.getByRole('slider').focus();
  await page.keyboard.press('Home');
  await history.getByRole('button', { name: 'Przywróć tablicę z tej chwili' }).click();
  await look(page, 'asking whether to restore');
  await page.keyboard.press('Escape');
  await history.getByLabel('Tempo').selectOption('0.5');
  await history.getByRole('button', { name: 'Odtwórz jak film' }).click();
  await expect(history.getByRole('button', { name: 'Zatrzymaj film' })).toBeVisible();
  await look(page, 'the film');
  await Promise.all([ada, jan].map((p) => p.context.close()));
});

test('offline, frozen, read by a guest, denied, full', async ({ browser }) => {
  test.setTimeout(600_000);
  const group = created.workshop.groups[2];
  if (!group) throw new Error('no group');
  const ada = await memberJoins(browser, server.url, created, 'Ola Próbna', 'Rudziki');
  const { page } = ada;
  await addCard(page, 'data', 'Trudność', 'Brak adresów');
  await saved(page);
  await ada.context.setOffline(true);
  await addCard(page, 'problem', 'Notatka', 'Bez sieci');
  await expect(page.locator('[data-save]')).not.toHaveAttribute('data-save', 'saved');
  await look(page, 'offline');
  await ada.context.setOffline(false);
  await saved(page);
  await lead(`/groups/${group.id}`, { frozen: true });
  await expect(page.getByRole('button', { name: 'Cofnij' })).toHaveCount(0);
  await look(page, 'frozen');
  await card(page, 'Brak adresów').focus();
  await page.keyboard.press('o');
  await expect(dialog(page, 'Opcje kartki')).toBeVisible();
  await look(page, 'options of a card, frozen');
  await lead(`/groups/${group.id}`, { frozen: false });

  // Somebody of another group: not let in, then as a guest who reads.
  const guest = await memberJoins(browser, server.url, created, 'Ewa Gość', 'Jaskółki');
  const path = `${server.url}/w/${created.workshop.id}/board/${group.id}`;
  await guest.page.goto(path);
  await expect(guest.page.getByText('Brak adresów')).toHaveCount(0);
  await expect(guest.page.locator('h1')).toBeVisible();
  await look(guest.page, 'denied');
  await lead('', { visibility: 'workshop' });
  await guest.page.goto(path);
  await expect(card(guest.page, 'Brak adresów')).toBeVisible();
  await expect(guest.page.getByRole('button', { name: 'Cofnij' })).toHaveCount(0);
  await look(guest.page, 'read by a guest');
  // The past is its group's: the key says so, and opens nothing.
  await card(guest.page, 'Brak adresów').focus();
  await guest.page.keyboard.press('Shift+H');
  await expect(
    guest.page.getByText('Historię tej tablicy widzi jej grupa i osoba prowadząca.'),
  ).toBeVisible();
  await expect(guest.page.getByRole('dialog')).toHaveCount(0);
  await guest.context.close();

  const full = created.workshop.groups[1];
  await fillBoard(server.url, created, full?.id ?? '', 120, 60);
  const jan = await memberJoins(browser, server.url, created, 'Jan Pełny', 'Pustułki');
  await expect(jan.page.locator('article')).toHaveCount(120);
  await look(jan.page, 'full');
  await Promise.all([ada, jan].map((p) => p.context.close()));
});
