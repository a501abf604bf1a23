import { expect, type Page, test } from '@playwright/test';
import { Scripted } from './support/attendee';
import { accessible, contrast } from './support/axe';
import { focusKept, press, tabTo } from './support/keys';
import { Pathboard, until } from './support/processes';

// Leading a whole day without a mouse, from creating the workshop to archiving
// it; each state of each screen is held to axe, in light and in dark.

/** What axe says of the page in both themes; only colours differ between them. */
async function sound(page: Page, what: string): Promise<void> {
  await accessible(page, what);
  await page.emulateMedia({ colorScheme: 'dark' });
  await contrast(page, `${what}, dark`);
  await page.emulateMedia({ colorScheme: 'light' });
}

const people = [
  ['Ada Przykładowa', 'Informatyka'],
  ['Jan Wzorcowy', 'Budżet'],
  ['Ewa Zmyślona', 'Strategia'],
  ['Olek Testowy', 'Zieleń'],
  ['Iga Próbna', 'Informatyka'],
  ['Leon Wymyślony', 'Budżet'],
  ['Maja Nowa', 'Strategia'],
  ['Szymon Inny', 'Zieleń'],
];
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

test('a whole day is led by keyboard alone; every state of every screen is accessible', async ({
  browser,
}) => {
  test.setTimeout(600_000);
  const server = await Pathboard.start();
  // Colours are held to axe when they have changed, not while they do.
  const still = { reducedMotion: 'reduce' as const };
  const context = await browser.newContext(still);
  const page = await context.newPage();
  const keys = page.keyboard;
  const button = (name: string | RegExp) =>
    page.getByRole('button', { name, exact: typeof name === 'string' });
  /** Goes to a tab of the page with arrows. */
  const tab = async (name: RegExp, from: RegExp): Promise<void> => {
    await tabTo(page, page.getByRole('tab', { name: from }));
    for (let i = 0; i < 6; i++) {
      const at = page.getByRole('tab', { name });
      if ((await at.getAttribute('aria-selected')) === 'true') return;
      await keys.press('ArrowRight');
    }
    await expect(page.getByRole('tab', { name })).toBeFocused();
  };
  const others: Scripted[] = [];
  try {
    // Create.
    await page.goto(server.url);
    await press(page, button('Utwórz warsztat'));
    await expect(page.getByRole('heading', { name: 'Nowy warsztat' })).toBeVisible();
    await tabTo(page, page.getByLabel('Miasto'));
    await keys.type('Łódź');
    for (let n = 0; n < 2; n++)
      await press(page, page.getByRole('button', { name: /^Usuń grupę/ }).last());
    await press(page, button('Utwórz warsztat'));
    await expect(page.getByRole('heading', { name: 'Warsztat jest gotowy' })).toBeVisible();
    const code = (await page.locator('#join-link').inputValue()).split('#')[1] ?? '';
    const projector = await page.locator('#projector-link').inputValue();
    await press(page, button('Przejdź do konsoli'));
    await expect(page.getByText('Konsola prowadzącego').first()).toBeVisible();
    const id = /\/w\/([^/]+)\//.exec(page.url())?.[1] ?? '';

    // The list, by the cells of a sheet.
    await tab(/uczestni/i, /Przebieg/);
    await press(page, button('Wczytaj listę'));
    await tabTo(page, page.locator('#import-text'));
    await keys.insertText(people.map((p) => p.join('\t')).join('\n'));
    await sound(page, 'list to paste');
    await press(page, button('Odczytaj'));
    await expect(page.getByRole('dialog').getByRole('row')).toHaveCount(people.length + 1);
    await press(page, button('Dodaj 8 osób'));
    await expect(page.getByRole('tab', { name: '8 uczestników' })).toBeVisible();
    await focusKept(page, 'the list was taken');

    // A lobby: people come in, a projector and a phone look on.
    const wallContext = await browser.newContext({
      ...still,
      viewport: { width: 1920, height: 1080 },
    });
    const wall = await wallContext.newPage();
    await wall.goto(projector);
    await tab(/Przebieg/, /uczestni/i);
    await press(page, button(/^Rozpocznij: Powitanie/));
    await focusKept(page, 'the day began');
    const pocket = await browser.newContext({ ...still, ...phone });
    const ada = await pocket.newPage();
    await ada.goto(`${server.url}/join#${code}`);
    await ada.getByLabel('Imię', { exact: false }).first().fill('Ada Przykładowa');
    await ada.getByLabel('Wydział', { exact: false }).first().fill('Informatyka');
    await ada.getByRole('button', { name: 'Dołącz' }).click();
    await expect(ada.getByRole('heading', { name: /jesteś na liście/ })).toBeVisible();
    for (const [name, department] of people.slice(1)) {
      const one = new Scripted(server.url, name ?? '', department ?? '');
      others.push(one);
      await one.join(code);
    }
    await expect(wall.getByText('Dołączyło 8 osób')).toBeVisible();
    await sound(page, 'console, lobby');
    await sound(wall, 'projector, lobby');
    await sound(ada, 'member, lobby');

    // Groups; one person is carried by hand to the next one.
    await tab(/uczestni/i, /Przebieg/);
    await press(page, button('Utwórz grupy'));
    await expect(page.locator('[data-summary]')).toContainText('osób: 4');
    await ada.waitForURL(/\/board\//);
    const olek = page.getByRole('button', { name: /Olek Testowy/ });
    await tabTo(page, olek);
    const first = page.getByRole('group').first();
    const to = (await first.getByText('Olek').count()) > 0 ? 'ArrowRight' : 'ArrowLeft';
    await keys.press(`Alt+${to}`);
    await expect(page.locator('[data-summary]')).toContainText('osób: 3–5');
    await expect(olek).toBeFocused();
    await keys.press('Enter');
    await expect(page.getByRole('dialog', { name: 'Olek Testowy' })).toBeVisible();
    await press(page, page.getByLabel('Zostaje w swojej grupie przy tasowaniu'), 'Space');
    await press(page, button('Zapisz'));
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(olek).toBeFocused();
    await sound(page, 'formed groups');
    await press(page, button('Przetasuj'));
    await expect(page.locator('[data-summary]')).toContainText('osób: 4');

    // The plan is changed, phases go by.
    await tab(/Przebieg/, /uczestni/i);
    await press(page, button('Zmień plan'));
    await tabTo(page, page.getByLabel('Minuty fazy 2'));
    await keys.press('Control+a');
    await keys.type('45');
    await sound(page, 'agenda');
    await press(page, button('Zapisz'));
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(button('Zmień plan')).toBeFocused();
    await press(page, button(/^Dalej: /));
    await expect(page.locator('[data-timer]').first()).toContainText(/4[45]:\d\d/);
    await focusKept(page, 'the next phase');
    await press(page, button(/^Wstecz: /));
    await expect(page.locator('[data-timer]').first()).toContainText(/1\d:\d\d/);
    await focusKept(page, 'the phase before');
    await press(page, button(/^Dalej: /));
    await expect(page.locator('[data-timer]').first()).toContainText(/4[45]:\d\d/);
    await press(page, page.locator('summary', { hasText: 'Plan dnia' }));
    await press(
      page,
      button('Przejdź do: 1. Problem')
        .or(button(/^Przejdź do: .*Problem/))
        .first(),
    );
    await expect(ada.locator('[data-timer]')).toContainText(/\d:\d\d/);
    await sound(page, 'console, a stage');
    await sound(wall, 'projector, a stage');
    await sound(ada, 'member, a stage');
    await press(page, button('Wstrzymaj'));
    await expect(button('Wznów')).toBeFocused();
    await expect(ada.getByText('wstrzymane', { exact: true })).toBeVisible();
    await press(page, button('+5 minut'));
    await press(page, button('−1 minuta'));
    await press(page, button('Zatrzymaj wszystkie tablice'), 'Space');
    await expect(ada.getByText(/zatrzymał/).first()).toBeVisible();
    await sound(page, 'console, frozen');
    await press(page, button('Otwórz wszystkie tablice'), 'Space');
    await tabTo(page, page.getByLabel('Etap pokazywany na tablicach'));
    await keys.press('ArrowDown');
    await expect(page.getByLabel('Etap pokazywany na tablicach')).toHaveValue('questions');
    await press(page, button('Wznów'));
    await expect(button('Wstrzymaj')).toBeFocused();

    // Help is answered, an announcement made.
    const [jan] = others;
    await jan?.command('POST', 'help', { text: 'Skąd wziąć dane?' });
    await expect(page.getByRole('tab', { name: /Pomoc/ })).toContainText('1');
    await tab(/Pomoc/, /Przebieg/);
    await sound(page, 'help queue');
    await tabTo(page, page.getByLabel(/^Odpowiedź dla:/));
    await keys.type('Z Banku Danych Lokalnych');
    await press(page, button('Odpowiedz i załatw'));
    await expect(page.getByText('Nikt nie czeka na pomoc.')).toBeVisible();
    await press(page, button('Ogłoś'));
    await tabTo(page, page.getByLabel('Treść'));
    await keys.type('Za kwadrans przerwa');
    await sound(page, 'announcement');
    await press(page, button('Wyślij'));
    await expect(ada.getByText('Za kwadrans przerwa')).toBeVisible();
    await keys.press('Escape');

    // Quiet writing, a vote, the gallery, feedback.
    await tab(/Zadania/, /Pomoc/);
    await sound(page, 'tools');
    await press(page, button('Rozpocznij ciche pisanie'));
    await expect(ada.getByRole('button', { name: 'Pisz po cichu' })).toBeVisible();
    await focusKept(page, 'writing began');
    await jan?.openBoard(jan.workshop ? groupOf(jan) : '');
    await jan?.command('PUT', `writings/${writingOf(jan)}/notes`, {
      notes: [{ id: '1', text: 'Pustostany stoją latami' }],
    });
    await press(page, button('Odsłoń notatki'));
    await until('the note is a card', async () => jan?.texts.length === 1);
    await focusKept(page, 'notes were revealed');
    await tabTo(page, page.getByLabel('Kropek na osobę'));
    await keys.press('Control+a');
    await keys.type('2');
    await press(page, button('Otwórz głosowanie'));
    await expect(ada.getByRole('button', { name: /^Głosuj/ })).toBeVisible();
    await focusKept(page, 'the vote is open');
    await sound(page, 'a vote is open');
    await sound(ada, 'member, a vote');
    const card = [...(jan?.doc.getMap('cards').keys() ?? [])][0] ?? '';
    await jan?.command('PUT', `polls/${pollOf(jan)}/ballot`, {
      dots: [{ groupId: jan.groupId, card, dots: 1 }],
    });
    await press(page, button('Zamknij i policz'));
    await expect(page.getByRole('row').filter({ hasText: 'Pustostany' })).toContainText('1 kropka');
    await focusKept(page, 'the vote is closed');
    await press(page, button('Rozpocznij spacer'));
    await expect(page.getByText('Runda 1 z 1')).toBeVisible();
    await focusKept(page, 'the walk began');
    await expect(ada.getByRole('link', { name: /Idź do/ })).toBeVisible();
    await sound(ada, 'member, gallery');
    await press(page, button('Przerwij spacer'));
    await press(page, button('Poproś o ocenę'));
    await focusKept(page, 'feedback is asked for');
    await ada.getByRole('button', { name: 'Jak było?' }).click();
    await sound(ada, 'member, feedback');
    await ada
      .getByRole('group', { name: /przydatny/ })
      .getByRole('radio', { name: '5' })
      .check({ force: true });
    await ada.getByRole('dialog').getByRole('button', { name: 'Gotowe' }).click();
    await expect(ada.getByText('Dziękujemy!', { exact: false })).toBeVisible();
    await sound(ada, 'member, thanked');
    await expect(page.getByText('Odpowiedziała 1 osoba')).toBeVisible();
    await sound(page, 'feedback comes in');
    await tab(/Przebieg/, /Zadania/);
    await press(page, page.locator('summary', { hasText: 'Plan dnia' }));
    await press(page, button('Przejdź do: Podsumowanie'));
    await expect(wall.getByRole('heading', { name: 'Dziękujemy za wspólny dzień' })).toBeVisible();
    await expect(wall.getByText('Odpowiedziała 1 osoba')).toBeVisible();
    await sound(wall, 'projector, wrap-up');

    // Closed: the workshop goes to the archive.
    await press(page, page.getByRole('link', { name: 'Ustawienia', exact: true }));
    await tab(/Po warsztacie/, /Prowadzący/);
    await press(page, button('Zarchiwizuj warsztat'));
    await expect(button('Otwórz ponownie')).toBeVisible();
    await focusKept(page, 'archived');
    await expect(ada.getByText('Warsztat jest zamknięty').first()).toBeAttached();
    await press(page, page.getByRole('link', { name: 'Wróć do konsoli' }));
    await expect(page).toHaveURL(new RegExp(`${id}/facilitator`));
    await expect(page.getByText('Konsola prowadzącego').first()).toBeVisible();
    await sound(page, 'console, archived');
    await Promise.all([wallContext.close(), pocket.close()]);
  } finally {
    for (const s of others) s.leave();
    await context.close();
    await server.stop();
  }
});

/** What the workshop that was pushed to a person says. */
interface Pushed {
  participants: { id: string; groupId: string | null }[];
  polls: { id: string; closedAt?: string }[];
  writing: { id: string } | null;
}
const pushed = (s: Scripted): Pushed => s.workshop as unknown as Pushed;
const groupOf = (s: Scripted): string =>
  pushed(s).participants.find((p) => p.id === s.id)?.groupId ?? '';
const writingOf = (s: Scripted): string => pushed(s).writing?.id ?? '';
const pollOf = (s: Scripted): string => pushed(s).polls.find((p) => !p.closedAt)?.id ?? '';
