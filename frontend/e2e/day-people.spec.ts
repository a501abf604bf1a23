import { expect, type Page, test } from '@playwright/test';
import { accessible } from './support/axe';
import { Scripted } from './support/attendee';
import { Lead, type State } from './support/lead';
import { Pathboard } from './support/processes';
import { type Created, createWorkshop, memberJoins } from './support/workshop';
import { workbook } from './support/xlsx';

// Who comes: the list before the day, groups, and each person's place in them.

let server: Pathboard;
test.beforeAll(async () => {
  server = await Pathboard.start();
});
test.afterAll(() => server.stop());

const dialog = (page: Page) => page.getByRole('dialog');

/** The console with the tab of people open. */
async function console(page: Page, created: Created): Promise<void> {
  await page.goto(created.links.facilitator);
  await page.getByRole('tab', { name: /uczestni/i }).click();
}

const state = async (lead: Lead): Promise<State['workshop']> =>
  (await lead.send<State>('GET', '')).workshop;

test('a list comes from a workbook, a CSV file or pasted cells: all of it or nothing', async ({
  page,
}) => {
  const created = await createWorkshop(server.url);
  const lead = new Lead(server.url, created);
  await console(page, created);
  const read = async (name: string, mimeType: string, buffer: Buffer) => {
    await page.getByRole('button', { name: 'Wczytaj listę' }).click();
    await page.getByLabel('Plik CSV lub XLSX').setInputFiles({ name, mimeType, buffer });
  };

  await read(
    'lista.xlsx',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    workbook([
      ['Lp.', 'Imię', 'Nazwisko', 'Komórka organizacyjna'],
      ['1', 'Żaneta', 'Zmyślona', 'Wydział Budżetu & Planowania'],
      ['2', 'Jan', 'Wzorcowy', 'Biuro Strategii'],
    ]),
  );
  await expect(dialog(page).getByRole('row').filter({ hasText: 'Żaneta Zmyślona' })).toContainText(
    'Wydział Budżetu & Planowania',
  );
  await accessible(page, 'rows of a workbook');
  await page.getByRole('button', { name: 'Dodaj 2 osoby' }).click();
  await expect(page.getByRole('tab', { name: '2 uczestników' })).toBeVisible();

  // As Polish Windows saves it, with a wrong row, one twice and one already in.
  const name500 = 'x'.repeat(500);
  const windows = Buffer.from(
    `Nazwisko i imi\xea;Wydzia\xb3\r\nZ\xb3y Wiersz;IT\r\n;Bez Imienia\r\nEwa Nowa;IT\r\newa nowa;it\r\n${name500};IT\r\n`,
    'latin1',
  );
  await read('lista.csv', 'text/csv', windows);
  await expect(dialog(page).getByText('Zły Wiersz')).toBeVisible();
  await page.getByRole('button', { name: 'Dodaj 5 osób' }).click();
  await expect(dialog(page).getByRole('alert')).toHaveText(
    '3 wiersze wymagają poprawki. Nikt nie został jeszcze wczytany.',
  );
  const row = (line: number) =>
    dialog(page)
      .getByRole('row')
      .filter({ has: page.getByRole('cell', { name: String(line), exact: true }) });
  await expect(row(3)).toContainText('To pole jest wymagane.');
  await expect(row(5)).toContainText('Ta wartość się powtarza.');
  await expect(row(6)).toContainText('Najwyżej 80 znaków.');
  await expect(row(2)).not.toContainText(/wymagane|powtarza|Najwyżej/);
  await accessible(page, 'rows with errors');
  expect((await state(lead)).participants).toHaveLength(2);

  // The list is put right and pasted, cells as a spreadsheet copies them.
  await page.getByRole('button', { name: 'Inna lista' }).click();
  await page.getByLabel('Albo wklej komórki').fill('Zły Wiersz\tIT\nEwa Nowa\tIT\n');
  await page.getByRole('button', { name: 'Odczytaj' }).click();
  await page.getByRole('button', { name: 'Dodaj 2 osoby' }).click();
  await expect(page.getByRole('tab', { name: '4 uczestników' })).toBeVisible();

  // What is no list at all is said so, and takes nothing.
  await read('zdjecie.jpg', 'image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0, 0]));
  await expect(dialog(page).getByRole('alert')).toContainText('Tego pliku nie da się odczytać');
  await page.keyboard.press('Escape');
  expect((await state(lead)).participants.map((p) => p.name)).toEqual([
    'Żaneta Zmyślona',
    'Jan Wzorcowy',
    'Zły Wiersz',
    'Ewa Nowa',
  ]);
});

test('groups are formed, adjusted by keyboard and mouse, and reshuffled around who is locked', async ({
  page,
}) => {
  const created = await createWorkshop(server.url);
  const lead = new Lead(server.url, created);
  const departments = ['IT', 'Budżet', 'Strategia', 'Zieleń'];
  const rows = Array.from({ length: 16 }, (_, i) => ({
    name: `Osoba ${String(i + 1).padStart(2, '0')}`,
    department: departments[Math.floor(i / 4)],
  }));
  await lead.send('POST', 'participants', { rows });
  // All columns are in view: a page that scrolls under the mouse drags another person.
  await page.setViewportSize({ width: 1366, height: 1100 });
  await console(page, created);
  await page.getByRole('button', { name: 'Utwórz grupy' }).click();
  await expect(page.locator('[data-summary]')).toHaveText(
    'W każdej grupie osób: 4, różnych wydziałów: 4.',
  );
  await accessible(page, 'formed groups');

  const column = (name: string) => page.getByRole('group', { name: new RegExp(name) });
  const person = (name: string) => page.getByRole('button', { name: new RegExp(name) });
  const groupOf = async (name: string): Promise<string> => {
    const w = await state(lead);
    const id = w.participants.find((p) => p.name === name)?.groupId;
    return w.groups.find((g) => g.id === id)?.name ?? '';
  };

  // By keyboard: Alt and an arrow carry a person on, focus and all.
  const first = column('Grupa Jaskółki').getByRole('button').first();
  const moved = ((await first.innerText()).split('\n')[0] ?? '').trim();
  await first.focus();
  await page.keyboard.press('Alt+ArrowRight');
  await expect(column('Grupa Pustułki').getByRole('button', { name: moved })).toBeFocused();
  await expect(page.getByText(`${moved}: teraz Grupa Pustułki`)).toBeAttached();
  await page.keyboard.press('Alt+ArrowRight');
  await expect(column('Grupa Rudziki').getByRole('button', { name: moved })).toBeFocused();
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(column('Grupa Pustułki').getByRole('button', { name: moved })).toBeFocused();
  expect(await groupOf(moved)).toBe('Grupa Pustułki');
  await expect(page.locator('[data-summary]')).toContainText('osób: 3–5');

  // By mouse: back to where the person came from.
  await person(moved).dragTo(column('Grupa Jaskółki'));
  await expect(column('Grupa Jaskółki').getByRole('button', { name: moved })).toBeVisible();

  // Locked to a group, and two who should not be together: both by the dialog.
  await person(moved).click();
  await dialog(page)
    .getByLabel('Osoba', { exact: true })
    .selectOption({ label: otherThan(moved) });
  await dialog(page).getByRole('button', { name: 'Rozdziel' }).click();
  await expect(
    dialog(page).getByRole('button', { name: `Przestań rozdzielać: ${otherThan(moved)}` }),
  ).toBeVisible();
  await dialog(page).getByLabel('Grupa').selectOption({ label: 'Grupa Sikory' });
  await dialog(page).getByLabel('Zostaje w swojej grupie przy tasowaniu').check();
  await accessible(page, 'a person');
  await dialog(page).getByRole('button', { name: 'Zapisz', exact: true }).click();
  await expect(column('Grupa Sikory').getByRole('button', { name: moved })).toContainText(
    'zostaje w grupie',
  );
  const before = (await state(lead)).groups.map((g) => [...g.members].sort().join());
  for (let round = 0; round < 3; round++) {
    const { version } = await state(lead);
    await page.getByRole('button', { name: 'Przetasuj' }).click();
    await expect.poll(async () => (await state(lead)).version).toBeGreaterThan(version);
    const w = await state(lead);
    expect(w.groups.map((g) => g.members.length)).toEqual([4, 4, 4, 4]);
    expect(await groupOf(moved)).toBe('Grupa Sikory');
    expect(await groupOf(otherThan(moved))).not.toBe('Grupa Sikory');
  }
  const after = (await state(lead)).groups.map((g) => [...g.members].sort().join());
  expect(after).not.toEqual(before);
  await expect(page.locator('[data-summary]')).toContainText('osób: 4');

  // Who comes late is placed at once where it helps most, and moves nobody.
  const settled = await state(lead);
  await new Scripted(server.url, 'Spóźniona Ola', 'Kadry').join(created.joinCode);
  await expect(person('Spóźniona Ola')).toBeVisible();
  await expect(column('Bez grupy')).toHaveCount(0);
  const w = await state(lead);
  for (const p of settled.participants)
    expect(w.participants.find((q) => q.id === p.id)?.groupId, p.name).toBe(p.groupId);
  // Whoever was left without a group is placed by one press.
  await person('Spóźniona Ola').click();
  await dialog(page).getByLabel('Grupa').selectOption({ label: 'Bez grupy' });
  await dialog(page).getByRole('button', { name: 'Zapisz', exact: true }).click();
  await expect(column('Bez grupy').getByRole('button')).toHaveCount(1);
  await page.getByRole('button', { name: 'Rozmieść 1 osobę bez grupy' }).click();
  await expect(column('Bez grupy')).toHaveCount(0);
});

/** Somebody else of the sixteen. */
const otherThan = (name: string): string => (name === 'Osoba 16' ? 'Osoba 01' : 'Osoba 16');

test('whoever leads renames and moves a person, ends one device, and puts a person out', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const ada = await memberJoins(browser, server.url, created, 'Adda Pierwsza', 'Pustułki');
  const context = await browser.newContext();
  const page = await context.newPage();
  await console(page, created);
  const person = (name: string) => page.getByRole('button', { name: new RegExp(name) });

  await person('Adda Pierwsza').click();
  await dialog(page).getByLabel('Imię i nazwisko').fill('Ada Pierwsza');
  await dialog(page).getByLabel('Grupa').selectOption({ label: 'Grupa Sikory' });
  await dialog(page).getByRole('button', { name: 'Zapisz', exact: true }).click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(ada.page.getByRole('heading', { name: 'Grupa Sikory' })).toBeVisible();
  await expect(ada.page.getByRole('button', { name: 'Ty: Ada Pierwsza' })).toBeVisible();

  // Her phone is lost: its session ends, her laptop goes on.
  await ada.page.getByRole('button', { name: 'Ty: Ada Pierwsza' }).click();
  await ada.page.getByRole('button', { name: 'Pokaż link i kod QR' }).click();
  const link = await ada.page.getByLabel('Twój osobisty link').inputValue();
  await ada.page.keyboard.press('Escape');
  const pocket = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const phone = await pocket.newPage();
  await phone.goto(link);
  await expect(phone.getByRole('button', { name: 'Ty: Ada Pierwsza' })).toBeVisible();
  const manage = await context.newPage();
  await manage.goto(`${server.url}/w/${created.workshop.id}/manage`);
  const ends = manage.getByRole('button', { name: /^Zakończ: Ada Pierwsza/ });
  await expect(ends).toHaveCount(2);
  await ends.last().click();
  await expect(ends).toHaveCount(1);
  await expect(phone.getByText('Brak dostępu').first()).toBeVisible();
  await expect(ada.page.locator('[data-save]')).toHaveAttribute('data-save', 'saved');

  // Put out: asked twice, then gone on every device, and not in the list.
  await person('Ada Pierwsza').click();
  await dialog(page).getByRole('button', { name: 'Usuń z warsztatu' }).click();
  await expect(dialog(page).getByRole('alert')).toContainText('straci dostęp');
  await dialog(page).getByRole('button', { name: 'Usuń uczestnika Ada Pierwsza' }).click();
  await expect(person('Ada Pierwsza')).toHaveCount(0);
  await expect(ada.page.getByText('Brak dostępu').first()).toBeVisible();
  await manage.reload();
  await manage.getByRole('tab', { name: 'Dziennik' }).click();
  for (const what of ['Usunięto osobę', 'Zakończono sesję'])
    await expect(manage.getByRole('rowheader', { name: what }).first()).toBeVisible();
  await Promise.all([context.close(), pocket.close(), ada.context.close()]);
});

test('what cannot be met in forming is said, with what to do about it', async ({ browser }) => {
  const created = await createWorkshop(server.url);
  const lead = new Lead(server.url, created);
  const rows = Array.from({ length: 6 }, (_, i) => ({ name: `Osoba ${i + 1}`, department: 'IT' }));
  const { workshop } = await lead.send<State>('POST', 'participants', { rows });
  const ids = workshop.participants.map((p) => p.id);
  const pinned = ids.slice(0, 4);
  for (const id of pinned)
    await lead.send('PATCH', `participants/${id}`, {
      groupId: created.workshop.groups[0]?.id,
      pinned: true,
    });
  await lead.send('PUT', 'apart', { pairs: [[pinned[0], pinned[1]]] });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(created.links.facilitator);
  await page.getByRole('tab', { name: '6 uczestników' }).click();
  // A number that cannot be becomes the nearest that can.
  const count = page.getByLabel('Liczba grup');
  for (const [typed, taken] of [
    ['500', '200'],
    ['1', '4'],
    ['', '4'],
  ] as const) {
    await count.fill(typed);
    await count.blur();
    await expect(count).toHaveValue(taken);
  }
  await page.getByRole('button', { name: 'Utwórz grupy' }).click();
  const says = page.locator('[data-summary]');
  await expect(says).toContainText('1 para miała być osobno, a jest razem. Dodaj grupę');
  await expect(says).toContainText('4 osoby przypięte zostają w swoich grupach');
  await expect(says).toContainText('1 grupa jest pusta');
  await context.close();
});
