import { type Browser, expect, type Page, test } from '@playwright/test';
import { addCard, card, editCard, saved, stage, texts } from './support/board';
import { Pathboard } from './support/processes';
import { type Created, createWorkshop, memberJoins } from './support/workshop';

// What one does with cards, each as it is done by hand, and seen by a second person.

let server: Pathboard;
let created: Created;
test.beforeAll(async () => {
  server = await Pathboard.start();
});
test.beforeEach(async () => {
  created = await createWorkshop(server.url);
});
test.afterAll(() => server.stop());

const kinds = [
  ['problem', 'Problem'],
  ['question', 'Pytanie'],
  ['data', 'Dane'],
  ['method', 'Metoda'],
  ['tool', 'Narzędzie'],
  ['difficulty', 'Trudność'],
  ['solution', 'Rozwiązanie'],
  ['result', 'Wynik'],
  ['recommendation', 'Rekomendacja'],
  ['action', 'Działanie'],
  ['example', 'Przykład'],
  ['note', 'Notatka'],
] as const;

const joins = async (browser: Browser, name = 'Ada Przykładowa') =>
  memberJoins(browser, server.url, created, name, 'Sikory');

/** Pastes as the clipboard of a spreadsheet or an editor would. */
async function paste(page: Page, where: string, data: Record<string, string>): Promise<void> {
  await page.evaluate(
    ([selector, types]) => {
      const clipboardData = new DataTransfer();
      for (const [type, text] of Object.entries(types)) clipboardData.setData(type, text);
      const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData });
      document.querySelector(selector)?.dispatchEvent(event);
    },
    [where, data] as const,
  );
}

/** Opens what there is to know and to do about a card. */
async function options(page: Page, text: string) {
  await card(page, text).getByRole('button', { name: 'Opcje kartki' }).click();
  const panel = page.getByRole('dialog', { name: 'Opcje kartki' });
  await expect(panel).toBeVisible();
  return panel;
}

test('every kind has an icon, a colour and a name; lines stay; only web addresses open', async ({
  browser,
}) => {
  const { page, context } = await joins(browser);
  const cards = kinds.map(([kind, name], i) => ({
    id: `k${i}`,
    kind,
    stage: 'problem',
    order: `a${String(i).padStart(2, '0')}V`,
    text: `Kartka: ${name}`,
    createdAt: 1_700_000_000_000,
  }));
  const answer = await fetch(
    `${server.url}/api/workshops/${created.workshop.id}/groups/${created.workshop.groups[3]?.id}/board`,
    {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${created.tokens.facilitator}`,
      },
      body: JSON.stringify({ cards, links: [] }),
    },
  );
  expect(answer.ok).toBe(true);
  await expect(page.locator('article')).toHaveCount(kinds.length);
  for (const [i, [, name]] of kinds.entries())
    await expect(page.locator(`#card-k${i} header`)).toHaveText(name);
  const looks = await page.locator('article').evaluateAll((all) =>
    all.map((a) => ({
      colour: getComputedStyle(a, '::before').backgroundColor,
      icon: a.querySelector('header .kind svg')?.innerHTML ?? '',
    })),
  );
  expect(new Set(looks.map((l) => l.colour)).size).toBe(kinds.length);
  expect(new Set(looks.map((l) => l.icon)).size).toBe(kinds.length);
  expect(looks.every((l) => l.icon !== '')).toBe(true);

  const field = await editCard(page, 'Kartka: Notatka');
  await field.fill('');
  await page.keyboard.type('Źródło: https://example.org/a?b=1.');
  await page.keyboard.press('Enter');
  await page.keyboard.type('javascript:alert(1) data:text/html,x (http://example.net/x) ftp://y');
  await page.keyboard.press('Escape');
  const note = card(page, 'Źródło');
  await expect.poll(() => note.locator('.text').innerText()).toContain('b=1.\njavascript:');
  const addresses = await note
    .locator('a')
    .evaluateAll((all) =>
      (all as HTMLAnchorElement[]).map((a) => [a.getAttribute('href'), a.target, a.rel]),
    );
  const safe = ['_blank', 'noopener noreferrer nofollow'];
  expect(addresses).toEqual([
    ['https://example.org/a?b=1', ...safe],
    ['http://example.net/x', ...safe],
  ]);
  await context.close();
});

test('who writes in a card has a caret with a name, in the text and in the field', async ({
  browser,
}) => {
  const [ada, jan, ola] = [
    await joins(browser),
    await joins(browser, 'Jan Wzorcowy'),
    await joins(browser, 'Ola Próbna'),
  ];
  await addCard(ada.page, 'problem', 'Problem', 'Dojazd trwa');
  await editCard(jan.page, 'Dojazd');
  await jan.page.keyboard.press('Home');
  await jan.page.keyboard.press('ArrowRight');
  // Somebody who reads sees the caret where it is; somebody who writes too.
  const seen = ola.page.locator('article .text .caret');
  await expect(seen).toHaveText('Jan Wzorcowy');
  const index = () =>
    seen.evaluate((c) => {
      let n = 0;
      for (let node = c.previousSibling; node; node = node.previousSibling)
        n += node.textContent?.length ?? 0;
      return n;
    });
  await expect.poll(index).toBe(1);
  // Its text is cut by the caret: the only card is meant.
  await ada.page.locator('article').focus();
  await ada.page.keyboard.press('Enter');
  await ada.page.keyboard.press('Control+End');
  await expect(ada.page.locator('article .mirror .caret')).toHaveText('Jan Wzorcowy');
  await expect(jan.page.locator('article .mirror .caret')).toHaveText('Ada Przykładowa');
  await jan.page.keyboard.press('End');
  await ada.page.keyboard.type(' godzinę');
  await expect(ola.page.locator('article .text')).toContainText('godzinę');
  await ada.page.keyboard.press('Escape');
  await jan.page.keyboard.press('Escape');
  await expect(ola.page.locator('.caret')).toHaveCount(0);
  await Promise.all([ada, jan, ola].map((p) => p.context.close()));
});

test('a card taken away while it is written takes nothing else with it', async ({ browser }) => {
  const [ada, jan] = [await joins(browser), await joins(browser, 'Jan Wzorcowy')];
  const { page } = ada;
  await addCard(page, 'problem', 'Problem', 'zostaje');
  for (const [key, said, back] of [
    ['Delete', 'Ktoś usunął kartkę', 'Przywróć jako nową'],
    ['h', 'Ktoś odłożył kartkę', 'Przywróć na tablicę'],
  ] as const) {
    await addCard(page, 'problem', 'Notatka', `pisana ${key}`);
    const field = await editCard(page, 'pisana');
    await card(jan.page, 'pisana').focus();
    await jan.page.keyboard.press(key);
    await expect(page.getByText(said)).toBeVisible();
    // The letters typed on are no commands to the card that has the focus now.
    await page.keyboard.type('dhxn ');
    await expect(page.locator('article')).toHaveCount(1);
    await expect(page.locator('article.chosen')).toHaveCount(0);
    await page.getByRole('button', { name: back }).click();
    await expect(field).toBeFocused();
    await page.keyboard.type(' dalej');
    await expect(card(jan.page, `pisana ${key} dalej`)).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Delete');
    await expect(card(jan.page, 'pisana')).toHaveCount(0);
  }

  // A filter that the text no longer passes hides the card when it is left, not before.
  await page.keyboard.press('/');
  await page.getByRole('searchbox').fill('zost');
  const field = await editCard(page, 'zostaje');
  await field.fill('inna treść');
  await expect(page.locator('article')).toHaveCount(1);
  await page.keyboard.type(' dalej');
  await expect(field).toHaveValue('inna treść dalej');
  await page.keyboard.press('Escape');
  await expect(page.locator('article')).toHaveCount(0);
  await Promise.all([ada, jan].map((p) => p.context.close()));
});

test('an input method is not disturbed by what others write, and loses nothing', async ({
  browser,
}) => {
  const [ada, jan] = [await joins(browser), await joins(browser, 'Jan Wzorcowy')];
  await addCard(ada.page, 'problem', 'Problem', 'ab');
  const field = await editCard(ada.page, 'ab');
  const devices = await ada.context.newCDPSession(ada.page);
  const compose = (text: string) =>
    devices.send('Input.imeSetComposition', { text, selectionStart: 1, selectionEnd: 1 });
  await compose('か');
  const other = await editCard(jan.page, 'ab');
  await jan.page.keyboard.press('Home');
  await jan.page.keyboard.type('XY');
  await jan.page.keyboard.press('End');
  await jan.page.keyboard.type('Z');
  // Somebody who only reads has all of it: it has come to the writer too.
  await expect(ada.page.locator('article .mirror')).toContainText('XYabかZ');
  await expect(field).toHaveValue('abか');
  await compose('漢');
  await devices.send('Input.insertText', { text: '漢字' });
  await expect(field).toHaveValue('XYab漢字Z');
  await ada.page.keyboard.type('!');
  // A keyboard's dead key, and the word that a spell checker puts in place of another.
  await compose('´');
  await devices.send('Input.insertText', { text: 'ń' });
  await field.evaluate((f: HTMLTextAreaElement) => {
    f.setSelectionRange(0, 4);
    document.execCommand('insertText', false, 'żółć ');
  });
  for (const both of [field, other]) await expect(both).toHaveValue('żółć 漢字!ńZ');
  await Promise.all([ada, jan].map((p) => p.context.close()));
});

test('a card has tags, somebody who answers for it, a day and a state', async ({ browser }) => {
  const [ada, jan] = [await joins(browser), await joins(browser, 'Jan Wzorcowy')];
  await addCard(ada.page, 'problem', 'Problem', 'Zamówić dane');
  const panel = await options(ada.page, 'Zamówić dane');
  await panel.getByLabel('Etykiety').fill('#pilne');
  await panel.getByRole('button', { name: 'Dodaj', exact: true }).click();
  await panel.getByLabel('Odpowiada').fill('Jan Wzorcowy');
  await panel.getByLabel('Termin').fill('2031-05-04');
  await panel.getByLabel('Stan').selectOption({ label: 'w toku' });
  const theirs = card(jan.page, 'Zamówić dane');
  for (const text of ['#pilne', 'Jan Wzorcowy', '4 maj 2031', 'w toku'])
    await expect(theirs.getByText(text).first()).toBeVisible();
  await panel.getByRole('button', { name: /pilne/ }).click();
  await expect(theirs.getByText('#pilne')).toHaveCount(0);
  await Promise.all([ada, jan].map((p) => p.context.close()));
});

test('pasted lines and tables become cards; in a text they stay text', async ({ browser }) => {
  const { page, context } = await joins(browser);
  await addCard(page, 'data', 'Dane', 'przed');
  await card(page, 'przed').focus();
  await paste(page, '#stage-data article', { 'text/plain': '- pierwsza\n\n• druga\r\n3. trzecia' });
  await expect.poll(() => texts(page, 'data')).toEqual(['przed', 'pierwsza', 'druga', 'trzecia']);
  await expect(page.getByText('Wklejono 3 kartki')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect.poll(() => texts(page, 'data')).toEqual(['przed']);

  // A spreadsheet gives tabs, quotes and, beside them, HTML and a picture.
  await paste(page, '#stage-data article', {
    'text/plain':
      'Trudność\t"Brak ""numerów""\nlokali"\t2030-01-31\r\nRozwiązanie\tSpis z natury\t\r\n',
    'text/html': '<table><tr><td>Trudność</td></tr></table>',
  });
  const made = card(page, 'Brak "numerów" lokali');
  await expect(made.locator('header')).toHaveText('Trudność');
  await expect(made.getByText('31 sty 2030')).toBeVisible();
  await expect(card(page, 'Spis z natury').locator('header')).toHaveText('Rozwiązanie');

  // Word gives lists with their marks and tabs; a page keeps where its links lead, in its HTML.
  await paste(page, '#stage-data article', {
    'text/plain': '•\tWedług raportu\r\n\to\tNiepełnosprawność\r\n',
    'text/html':
      '<!--[if gte mso 9]><xml></xml><![endif]--><p class=MsoListParagraph style="mso-list:l0 level1">' +
      '<![if !supportLists]>·<![endif]>Według <a href="https://example.org/r?a=1&amp;b=2">raportu</a></p>' +
      '<p style="mso-list:l0 level2">o Niepełnosprawność<o:p></o:p></p>',
  });
  await expect(card(page, 'Według raportu').locator('a')).toHaveAttribute(
    'href',
    'https://example.org/r?a=1&b=2',
  );
  await expect(card(page, 'Niepełnosprawność').locator('.text')).toHaveText('Niepełnosprawność');
  await page.keyboard.press('Control+z');
  await expect(page.locator('#stage-data article')).toHaveCount(3);

  const field = await editCard(page, 'Spis z natury');
  await paste(page, 'article textarea', { 'text/plain': 'a\nb' });
  await expect(page.locator('#stage-data article')).toHaveCount(3);
  await expect(field).toBeFocused();

  // What goes beyond the length of a text is said, not dropped without a word.
  await field.fill('ą'.repeat(9_990));
  await paste(page, 'article textarea', { 'text/plain': 'b'.repeat(50) });
  await expect(page.getByText('40 znaków się nie zmieściło')).toBeVisible();
  await page.keyboard.type('c'.repeat(11));
  await expect(page.getByText('To pole mieści najwyżej 10 000 znaków.')).toBeVisible();
  await expect(field).toHaveValue('ą'.repeat(9_990) + 'c'.repeat(10));
  await context.close();
});

test('pasted pictures are scaled; what is none, or too many, is said', async ({ browser }) => {
  const { page, context } = await joins(browser);
  await addCard(page, 'problem', 'Problem', 'Mapa');
  const give = (files: string[], where: string): Promise<void> =>
    page.evaluate(
      async ([names, selector]) => {
        const data = new DataTransfer();
        for (const name of names) {
          const canvas = document.createElement('canvas');
          [canvas.width, canvas.height] = [2400, 1200];
          canvas.getContext('2d')?.fillRect(0, 0, 900, 900);
          const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done));
          const body = name === 'broken.png' ? new Blob(['no picture']) : blob;
          if (body) data.items.add(new File([body], name, { type: 'image/png' }));
        }
        const event = new ClipboardEvent('paste', {
          bubbles: true,
          cancelable: true,
          clipboardData: data,
        });
        document.querySelector(selector)?.dispatchEvent(event);
      },
      [files, where] as const,
    );
  await editCard(page, 'Mapa');
  await give(['a.png'], 'article textarea');
  await page.getByLabel('Co widać na obrazie?').fill('Plan osiedla');
  await page.keyboard.press('Enter');
  const image = card(page, 'Mapa').getByAltText('Plan osiedla');
  await expect(image).toBeVisible();
  expect(await image.evaluate((i: HTMLImageElement) => i.naturalWidth)).toBe(1600);

  await give(['broken.png'], '#stage-problem article');
  await expect(page.getByText('Ta przeglądarka nie potrafi odczytać pliku')).toBeVisible();
  await expect(page.locator('article')).toHaveCount(1);
  await give(
    Array.from({ length: 12 }, (_, i) => `${i}.png`),
    '#stage-problem article',
  );
  await expect(page.getByLabel('Co widać na obrazie?')).toBeVisible();
  await expect(page.locator('article')).toHaveCount(11);
  await context.close();
});

test('cards are duplicated, split, merged, put aside and brought back', async ({ browser }) => {
  const { page, context } = await joins(browser);
  await addCard(page, 'problem', 'Problem', 'raz');
  await addCard(page, 'problem', 'Notatka', 'dwa\ntrzy');
  await (await options(page, 'raz')).getByRole('button', { name: 'Powiel' }).click();
  await expect.poll(() => texts(page, 'problem')).toEqual(['raz', 'raz', 'dwa\ntrzy']);
  await page.keyboard.press('Delete');
  await (await options(page, 'dwa')).getByRole('button', { name: 'Podziel na kartki: 2' }).click();
  await expect.poll(() => texts(page, 'problem')).toEqual(['raz', 'dwa', 'trzy']);

  // Merging keeps tags, links and comments; it is one step of undo.
  const panel = await options(page, 'trzy');
  await panel.getByLabel('Etykiety').fill('ważne');
  await page.keyboard.press('Enter');
  await panel.getByLabel('Twój komentarz').fill('Skąd to wiemy?');
  await panel.getByRole('button', { name: 'Dodaj komentarz' }).click();
  await page.keyboard.press('Escape');
  for (const text of ['raz', 'trzy']) {
    await card(page, text).focus();
    await page.keyboard.press('x');
  }
  const bar = page.getByRole('toolbar', { name: 'Zaznaczono 2 kartki' });
  await bar.getByRole('button', { name: 'Połącz w jedną' }).click();
  await expect.poll(() => texts(page, 'problem')).toEqual(['raz\ntrzy', 'dwa']);
  await expect(card(page, 'raz').getByText('#ważne')).toBeVisible();
  await expect(card(page, 'raz').getByRole('button', { name: /1 komentarz/ })).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect.poll(() => texts(page, 'problem')).toEqual(['raz', 'dwa', 'trzy']);

  await (await options(page, 'dwa')).getByRole('button', { name: 'Odłóż', exact: true }).click();
  await expect.poll(() => texts(page, 'problem')).toEqual(['raz', 'trzy']);
  await card(page, 'raz').focus();
  await page.keyboard.press('t');
  await page
    .getByRole('region', { name: 'Odłożone kartki' })
    .getByRole('button', { name: 'dwa' })
    .click();
  await page.getByRole('button', { name: 'Przywróć na tablicę' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Wróć do tablicy' }).click();
  await expect.poll(() => texts(page, 'problem')).toEqual(['raz', 'dwa', 'trzy']);
  await saved(page);
  await context.close();
});

test('several cards are chosen and changed together', async ({ browser }) => {
  const [ada, jan] = [await joins(browser), await joins(browser, 'Jan Wzorcowy')];
  const { page } = ada;
  for (const text of ['a1', 'a2', 'a3']) await addCard(page, 'problem', 'Notatka', text);
  await card(page, 'a1').click({ modifiers: ['Control'], position: { x: 20, y: 8 } });
  await card(page, 'a3').click({ position: { x: 20, y: 8 } });
  await expect(page.locator('article.chosen')).toHaveCount(2);
  const bar = page.getByRole('toolbar');
  await bar.getByLabel('Rodzaj').selectOption({ label: 'Pytanie' });
  await bar.getByLabel('Kolor').selectOption({ label: 'morski' });
  await bar.getByLabel('Etykiety').fill('razem');
  await bar.getByRole('button', { name: 'Dodaj' }).click();
  for (const text of ['a1', 'a3']) {
    await expect(card(jan.page, text).locator('header')).toHaveText('Pytanie');
    await expect(card(jan.page, text).getByText('#razem')).toBeVisible();
    await expect(card(jan.page, text)).toHaveClass(/tinted/);
  }
  await expect(card(jan.page, 'a2').locator('header')).toHaveText('Notatka');
  await bar.getByLabel('Przenieś do etapu').selectOption({ index: 2 });
  await expect.poll(() => texts(jan.page, 'questions')).toEqual(['a1', 'a3']);
  await bar.getByRole('button', { name: 'Usuń' }).click();
  await expect(jan.page.locator('article')).toHaveCount(1);
  await page.keyboard.press('Control+z');
  await expect(jan.page.locator('article')).toHaveCount(3);
  await expect(stage(jan.page, 'questions').locator('article')).toHaveCount(2);
  await Promise.all([ada, jan].map((p) => p.context.close()));
});
