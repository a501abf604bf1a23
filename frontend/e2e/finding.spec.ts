import { type Browser, expect, type Page, test } from '@playwright/test';
import { addCard, card, saved, stage, texts } from './support/board';
import { Pathboard } from './support/processes';
import { type Created, createWorkshop, memberJoins } from './support/workshop';

// Moving and joining cards, talking about them, and finding them again.

let server: Pathboard;
let created: Created;
test.beforeAll(async () => {
  server = await Pathboard.start();
});
test.beforeEach(async () => {
  created = await createWorkshop(server.url);
});
test.afterAll(() => server.stop());

const joins = async (browser: Browser, name = 'Ada Przykładowa') =>
  memberJoins(browser, server.url, created, name, 'Sikory');

const lines = (page: Page) => page.locator('svg path.line');

/** The middle of a card, in the window. */
async function middle(page: Page, text: string): Promise<[number, number]> {
  const box = await card(page, text).boundingBox();
  if (!box) throw new Error(`${text} is not shown`);
  return [box.x + box.width / 2, box.y + box.height / 2];
}

test('a mouse drags within a stage and across, and sees before where the card will lie', async ({
  browser,
}) => {
  const [ada, jan] = [await joins(browser), await joins(browser, 'Jan Wzorcowy')];
  const { page } = ada;
  for (const text of ['a1', 'a2', 'a3']) await addCard(page, 'problem', 'Notatka', text);
  await addCard(page, 'questions', 'Pytanie', 'b1');

  /** Holds a card over another one's upper half, until the place is marked. */
  const carry = async (text: string, over: string): Promise<void> => {
    await page.mouse.move(...(await middle(page, text)));
    await page.mouse.down();
    const box = await card(page, over).boundingBox();
    if (!box) throw new Error('not shown');
    await expect
      .poll(async () => {
        await page.mouse.move(box.x + box.width / 2 + Math.random() * 6, box.y + 4);
        return page.locator('li.drop').filter({ hasText: over }).count();
      })
      .toBe(1);
    await expect(page.locator('article.dragged')).toContainText(text);
  };
  await carry('a3', 'a1');
  // Nothing is written before the card is let go.
  expect(await texts(jan.page, 'problem')).toEqual(['a1', 'a2', 'a3']);
  await page.keyboard.press('Escape');
  await page.mouse.up();
  expect(await texts(page, 'problem')).toEqual(['a1', 'a2', 'a3']);
  await carry('a3', 'a1');
  await page.mouse.up();
  await expect.poll(() => texts(jan.page, 'problem')).toEqual(['a3', 'a1', 'a2']);
  await carry('a1', 'b1');
  await page.mouse.up();
  await expect.poll(() => texts(jan.page, 'questions')).toEqual(['a1', 'b1']);

  // One of several that are chosen takes the others along.
  for (const text of ['a3', 'a2']) {
    await card(page, text).focus();
    await page.keyboard.press('x');
  }
  await carry('a2', 'b1');
  await page.mouse.up();
  await expect.poll(() => texts(jan.page, 'questions')).toEqual(['a1', 'a3', 'a2', 'b1']);
  await Promise.all([ada, jan].map((p) => p.context.close()));
});

test('two people move cards to one place at once, and see one order', async ({ browser }) => {
  const [ada, jan] = [await joins(browser), await joins(browser, 'Jan Wzorcowy')];
  for (const text of ['a1', 'a2', 'a3', 'a4']) await addCard(ada.page, 'problem', 'Notatka', text);
  await expect(jan.page.locator('article')).toHaveCount(4);
  await saved(ada.page);
  await Promise.all([ada.context.setOffline(true), jan.context.setOffline(true)]);
  for (const [page, text] of [
    [ada.page, 'a3'],
    [jan.page, 'a4'],
  ] as const) {
    await card(page, text).focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('Control+ArrowUp');
  }
  await Promise.all([ada.context.setOffline(false), jan.context.setOffline(false)]);
  await Promise.all([saved(ada.page), saved(jan.page)]);
  await expect
    .poll(
      async () =>
        (await texts(ada.page, 'problem')).join() + (await texts(jan.page, 'problem')).join(),
    )
    .toMatch(/^(a3,a4|a4,a3),a1,a2\1,a1,a2$/);
  await Promise.all([ada, jan].map((p) => p.context.close()));
});

test('links have a kind and words, stand out, close open ends and are read as a list', async ({
  browser,
}) => {
  const { page, context } = await joins(browser);
  await addCard(page, 'problem', 'Problem', 'Hałas w nocy');
  await addCard(page, 'data', 'Trudność', 'Brak pomiarów');
  await addCard(page, 'solution', 'Rozwiązanie', 'Czujniki na szkołach');
  const open = card(page, 'Brak pomiarów').getByRole('button', { name: 'bez rozwiązania' });
  await expect(open).toBeVisible();
  await expect(card(page, 'Brak pomiarów')).toHaveAttribute('aria-label', /bez rozwiązania/);

  // From the keyboard: the link is given the kind that its cards suggest.
  await card(page, 'Czujniki').focus();
  await page.keyboard.press('l');
  await card(page, 'Brak pomiarów').focus();
  await page.keyboard.press('Enter');
  await expect(lines(page)).toHaveCount(1);
  await expect(open).toHaveCount(0);
  await card(page, 'Czujniki')
    .getByRole('button', { name: /powiązani/ })
    .click();
  const panel = page.getByRole('dialog', { name: 'Opcje kartki' });
  await panel.getByLabel('Rodzaj powiązania').selectOption({ label: 'zasila' });
  await panel.getByLabel('Opis (niekonieczny)').fill('od jesieni');
  await page.keyboard.press('Escape');

  // In the hand's focus it is drawn over the cards, with its words; else under them.
  await card(page, 'Brak pomiarów').focus();
  await expect(page.locator('svg.over path.line')).toHaveCount(1);
  await expect(page.locator('.columns > .name')).toHaveText('od jesieni');
  await page.mouse.move(4, 4);
  await card(page, 'Hałas').focus();
  await expect(page.locator('svg.under path.line')).toHaveCount(1);
  await expect(page.locator('svg.over path.line')).toHaveCount(0);

  await page.keyboard.press('Shift+L');
  const list = page.getByRole('dialog', { name: 'Powiązania' });
  await expect(list.getByRole('listitem').filter({ hasText: 'od jesieni →' })).toContainText(
    /Brak pomiarów.*Czujniki/,
  );
  await expect(list.getByRole('heading', { name: 'Nie ma otwartych końców' })).toBeVisible();
  await list.getByLabel('Rysuj powiązania między kartkami').uncheck();
  await expect(lines(page)).toHaveCount(0);
  await context.close();
});

test('a line goes behind the bars that add cards, whatever card it is of', async ({ browser }) => {
  const { page, context } = await joins(browser);
  const cards = ['problem', 'data'].flatMap((stage) =>
    Array.from({ length: 8 }, (_, i) => ({
      id: `${stage}-${i}`,
      kind: 'note',
      stage,
      order: `a${i}V`,
      text: `Kartka ${i} w etapie ${stage}`,
      createdAt: 1_700_000_000_000,
    })),
  );
  // The stage between is empty: its bar is high up, where these lines pass.
  const links = Array.from({ length: 16 }, (_, i) => ({
    id: `link-${i}`,
    from: `problem-${i >> 1}`,
    to: `data-${((i >> 1) + (i & 1)) % 8}`,
    kind: 'feeds',
  }));
  const answer = await fetch(
    `${server.url}/api/workshops/${created.workshop.id}/groups/${created.workshop.groups[3]?.id}/board`,
    {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${created.tokens.facilitator}`,
      },
      body: JSON.stringify({ cards, links }),
    },
  );
  expect(answer.ok).toBe(true);
  await page.mouse.move(4, 4);
  await page.locator('#card-problem-2').focus();
  await expect(page.locator('svg.over path.line')).toHaveCount(2);
  const bar = stage(page, 'questions').locator('.add');
  const crossing = await bar.evaluate((element) => {
    const box = element.getBoundingClientRect();
    return [...document.querySelectorAll<SVGPathElement>('svg path.line')].filter((path) => {
      const origin = path.ownerSVGElement?.getBoundingClientRect();
      const y = path.getPointAtLength(path.getTotalLength() / 2).y + (origin?.top ?? 0);
      return y > box.top && y < box.bottom;
    }).length;
  });
  expect(crossing, 'none passes the bar: the test looks at nothing').toBeGreaterThan(0);
  // Within the bar's round corners.
  const box = await bar.boundingBox();
  if (!box) throw new Error('no bar');
  const clip = { x: box.x + 2, y: box.y + 2, width: box.width - 4, height: box.height - 18 };
  const drawn = await page.screenshot({ clip, animations: 'disabled' });
  await page
    .locator('.columns > svg')
    .evaluateAll((all) => all.forEach((svg) => ((svg as SVGElement).style.display = 'none')));
  expect((await page.screenshot({ clip, animations: 'disabled' })).equals(drawn)).toBe(true);
  await context.close();
});

test('people talk on a card: answers, a name called, reactions, what is settled and unread', async ({
  browser,
}) => {
  const [ada, jan] = [await joins(browser), await joins(browser, 'Jan Wzorcowy')];
  await addCard(ada.page, 'problem', 'Problem', 'Hałas');
  await expect(card(jan.page, 'Hałas')).toBeVisible();
  await card(jan.page, 'Hałas').focus();
  await jan.page.keyboard.press('c');
  const theirs = jan.page.getByRole('dialog', { name: 'Opcje kartki' });
  await theirs.getByLabel('Twój komentarz').fill('Skąd to wiemy?');
  await theirs.getByLabel('Zwróć się do…').selectOption({ label: 'Ada Przykładowa' });
  await expect(theirs.getByLabel('Twój komentarz')).toHaveValue('Skąd to wiemy? @Ada Przykładowa ');
  await jan.page.keyboard.press('Control+Enter');
  await theirs.getByRole('button', { name: 'Zgoda' }).click();

  // Unread is counted on the card and in the bar, and gone once it was looked at.
  const { page } = ada;
  await expect(page.getByText('Jan Wzorcowy zwraca się do Ciebie')).toBeVisible();
  const mark = card(page, 'Hałas').getByRole('button', { name: '1 komentarz, 1 nowy' });
  await expect(card(page, 'Hałas').getByText(/Zgoda 1/)).toBeVisible();
  await mark.click();
  const panel = page.getByRole('dialog', { name: 'Opcje kartki' });
  await panel.getByRole('button', { name: 'Odpowiedz' }).click();
  await page.keyboard.type('Z ankiety.');
  await page.keyboard.press('Control+Enter');
  await expect(theirs.locator('.reply')).toContainText('Z ankiety.');
  await expect(
    card(page, 'Hałas').getByRole('button', { name: '2 komentarze', exact: true }),
  ).toBeVisible();
  await panel.getByRole('button', { name: 'Załatwione' }).click();
  await expect(theirs.getByRole('button', { name: 'Otwórz ponownie' })).toBeVisible();
  // The answer to one's own question rings too.
  await expect(jan.page.getByRole('button', { name: /Powiadomienia/ })).toBeVisible();
  await Promise.all([ada, jan].map((p) => p.context.close()));
});

test('cards are found by kind, tag, author, stage and text, and jumped to', async ({ browser }) => {
  const [ada, jan] = [await joins(browser), await joins(browser, 'Jan Wzorcowy')];
  const { page } = ada;
  await addCard(page, 'problem', 'Problem', 'Żłobki są daleko');
  await addCard(page, 'problem', 'Notatka', 'Uwaga Ady');
  await addCard(jan.page, 'data', 'Dane', 'Rejestr żłobków');
  await card(page, 'Rejestr').focus();
  await page.keyboard.press('o');
  await page.getByRole('dialog').getByLabel('Etykiety').fill('pilne');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');

  await page.keyboard.press('/');
  const bar = page.getByRole('search', { name: 'Filtr kartek' });
  const shows = (n: number) => expect(page.locator('article')).toHaveCount(n);
  await bar.getByLabel('Szukaj w kartkach').fill('zlobk');
  await shows(2);
  await expect(bar.getByRole('status')).toHaveText('2 z 3 kartek');
  await bar.getByLabel('Etap', { exact: true }).selectOption({ index: 1 });
  await shows(1);
  await expect(card(page, 'Żłobki są daleko')).toBeVisible();
  await bar.getByLabel('Etap', { exact: true }).selectOption({ index: 0 });
  await bar.getByLabel('Rodzaj').selectOption({ label: 'Dane' });
  await shows(1);
  await bar.getByLabel('Rodzaj').selectOption({ index: 0 });
  await bar.getByLabel('Szukaj w kartkach').fill('');
  await bar.getByLabel('Etykiety').selectOption({ label: '#pilne' });
  await shows(1);
  await bar.getByLabel('Etykiety').selectOption({ index: 0 });
  await bar.getByLabel('Autor lub autorka').selectOption({ label: 'Ada Przykładowa' });
  await shows(2);

  // The palette goes to what the filter hides, too; to stages, and to what was put aside.
  const jump = async (what: string): Promise<void> => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Kartka, etap, przycisk lub polecenie' }).fill(what);
    await page.keyboard.press('Enter');
  };
  await jump('rejestr');
  await expect(card(page, 'Rejestr')).toBeFocused();
  await shows(3);
  await jump('wnioski');
  await expect(page.locator('#stage-insight-name')).toBeFocused();
  await card(page, 'Uwaga Ady').focus();
  await page.keyboard.press('o');
  await page.getByRole('button', { name: 'Odłóż', exact: true }).click();
  await jump('uwaga');
  await expect(page.getByRole('button', { name: 'Przywróć na tablicę' })).toBeVisible();
  await page.keyboard.press('Escape');
  await card(page, 'Rejestr').focus();
  await page.keyboard.press('c');
  await page.getByLabel('Twój komentarz').fill('Zapytać w wydziale');
  await page.keyboard.press('Control+Enter');
  await page.keyboard.press('Escape');
  await jump('zapytać');
  await expect(page.getByRole('dialog', { name: 'Opcje kartki' })).toContainText('Zapytać');
  await Promise.all([ada, jan].map((p) => p.context.close()));
});

test('the pathway is looked at as a whole, stage by stage, as a list and on paper', async ({
  browser,
}) => {
  const { page, context } = await joins(browser);
  await addCard(page, 'problem', 'Problem', 'Hałas');
  await addCard(page, 'implementation', 'Działanie', 'Zamówić czujniki');
  const inside = (id: string) =>
    stage(page, id).evaluate((e) => {
      const box = e.getBoundingClientRect();
      return box.width > 0 && box.left >= 0 && box.right <= innerWidth + 1;
    });
  await card(page, 'Hałas').focus();
  await expect.poll(() => inside('implementation')).toBe(false);
  await page.keyboard.press('v');
  await expect.poll(() => inside('implementation')).toBe(true);
  await expect.poll(() => inside('problem')).toBe(true);
  await page.keyboard.press('v');
  await page.keyboard.press('z');
  await expect(stage(page, 'data')).toBeHidden();
  const wide = () => stage(page, 'problem').evaluate((e) => e.clientWidth > innerWidth * 0.8);
  await expect.poll(wide).toBe(true);
  await page.keyboard.press('Escape');
  await card(page, 'Hałas').focus();
  await page.keyboard.press('t');
  const rows = page.getByRole('row').filter({ has: page.getByRole('cell') });
  await expect(rows).toHaveText([/Problem.*Hałas/s, /Działanie.*Zamówić czujniki/s]);
  await page.emulateMedia({ media: 'print' });
  await expect(rows).toHaveCount(2);
  await expect(page.getByRole('button', { name: 'Wróć do tablicy' })).toBeHidden();
  // Paper has no clock.
  await expect(page.getByRole('region', { name: 'Teraz' })).toBeHidden();
  await page.emulateMedia({ media: 'screen' });
  await expect(page.getByRole('region', { name: 'Teraz' })).toBeVisible();
  await page.getByRole('button', { name: 'Wróć do tablicy' }).click();
  // The way along the stages goes anywhere in one press.
  await page.locator('.path [data-tab=implementation]').click();
  await expect.poll(() => inside('implementation')).toBe(true);
  await context.close();
});

test('an entry of the library becomes a card that keeps its source', async ({ browser }) => {
  const { page, context } = await joins(browser);
  await stage(page, 'data').locator('h2').click();
  await addCard(page, 'data', 'Dane', 'pierwsza');
  await page.getByRole('button', { name: 'Biblioteka', exact: true }).click();
  const panel = page.getByRole('dialog', { name: 'Biblioteka' });
  const entry = panel
    .getByRole('listitem')
    .filter({ has: page.locator('.source a') })
    .first();
  const name = await entry.getByRole('heading').innerText();
  const source = (await entry.locator('.source a').getAttribute('href')) ?? '';
  expect(source).toMatch(/^https?:/);
  await entry.getByRole('button', { name: /Dodaj jako kartkę/ }).click();
  const made = stage(page, 'data').locator('article').nth(1);
  await expect(made).toContainText(name);
  await expect(made.locator(`a[href="${source}"]`)).toBeVisible();
  await saved(page);
  const board = await fetch(
    `${server.url}/api/workshops/${created.workshop.id}/groups/${created.workshop.groups[3]?.id}/board`,
    { headers: { authorization: `Bearer ${created.tokens.facilitator}` } },
  );
  const { cards } = (await board.json()) as { cards: { ref?: string }[] };
  expect(cards.filter((c) => c.ref)).toHaveLength(1);
  await expect(entry.getByRole('button', { name: /Dodaj jeszcze raz|ponownie/ })).toBeVisible();
  await context.close();
});

/** A member for whom some files of the app do not come before they are brought. */
async function joinsSlowly(
  browser: Browser,
  group: string,
  files: RegExp,
): Promise<{ page: Page; bring: () => void }> {
  const options = { serviceWorkers: 'block' as const };
  const { page } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada Przykładowa',
    group,
    options,
  );
  let bring: () => void = () => undefined;
  const brought = new Promise<void>((resolve) => (bring = resolve));
  await page.route(files, async (route) => {
    await brought;
    await route.continue();
  });
  return { page, bring };
}

test('what is typed before the palette or the filter has come finds a card and does nothing to the board', async ({
  browser,
}) => {
  const { page, bring } = await joinsSlowly(browser, 'Sikory', /\/(Palette|FilterBar)-[^/]*\.js$/);
  for (const text of ['Dane z liczników', 'Adresy i godziny'])
    await addCard(page, 'problem', 'Notatka', text);
  await card(page, 'Dane z liczników').focus();
  await page.keyboard.type('/dane');
  await expect(card(page, 'Dane z liczników')).toBeFocused();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  // Any of these letters would do something to the card that has the focus.
  await page.keyboard.type('adresy i gg');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await expect(card(page, 'Dane z liczników')).toBeFocused();
  bring();
  await expect(card(page, 'Adresy i godziny')).toBeFocused();
  await expect(page.getByRole('dialog')).toBeHidden();
  expect(await texts(page, 'problem')).toEqual(['Dane z liczników', 'Adresy i godziny']);

  // Who changes their mind has their keys back.
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(card(page, 'Adresy i godziny')).toBeFocused();
  await page.keyboard.press('d');
  await expect.poll(() => texts(page, 'problem')).toHaveLength(3);
});

test('the filter takes what is typed before it has come', async ({ browser }) => {
  const { page, bring } = await joinsSlowly(browser, 'Rudziki', /\/FilterBar-[^/]*\.js$/);
  for (const text of ['Dane z liczników', 'Adresy i godziny'])
    await addCard(page, 'problem', 'Notatka', text);
  await card(page, 'Adresy').focus();
  await page.keyboard.type('/dade');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('ne');
  bring();
  await expect(page.getByRole('searchbox')).toHaveValue('dane');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await expect.poll(() => texts(page, 'problem')).toEqual(['Dane z liczników']);
  // From the board its key leads there again.
  await card(page, 'Dane').focus();
  await page.keyboard.type('/x');
  await expect(page.getByRole('searchbox')).toHaveValue('danex');
});
