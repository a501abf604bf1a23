import { expect, type Page, test } from '@playwright/test';
import { readFile, writeFile } from 'node:fs/promises';
import { accessible } from './support/axe';
import { Pathboard, Redis } from './support/processes';
import { createWorkshop, type Created, memberJoins } from './support/workshop';

// The library at hand, and what the city adds to it: proposed from a board on
// one instance, decided on in the console of another, taken along as a file.

let redis: Redis;
let a: Pathboard;
let b: Pathboard;
let created: Created;
test.beforeAll(async () => {
  redis = await Redis.start();
  [a, b] = await Promise.all([Pathboard.start({ redis }), Pathboard.start({ redis })]);
  created = await createWorkshop(a.url);
});
test.afterAll(async () => {
  await Promise.all([a.stop(), b.stop()]);
  await redis.stop();
});

const look = (page: Page, name: string) =>
  process.env['SHOTS'] ? page.screenshot({ path: `${process.env['SHOTS']}/${name}.png` }) : null;
const panel = (page: Page) => page.getByRole('dialog', { name: 'Biblioteka' });

async function openLibrary(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('Biblioteka');
  await page.keyboard.press('Enter');
  await expect(panel(page).getByRole('listitem').first()).toBeVisible();
}

test('a group proposes, who leads decides, everybody finds it; the file opens elsewhere', async ({
  browser,
}, info) => {
  const [ola, jan] = [
    await memberJoins(browser, a.url, created, 'Ola', 'Pustułki'),
    await memberJoins(browser, b.url, created, 'Jan', 'Sikory'),
  ];
  const lead = await (await browser.newContext()).newPage();
  await lead.goto(created.links.facilitator.replace(a.url, b.url));
  await expect(lead.getByRole('heading', { level: 1 })).toContainText('Zarządzanie');

  await openLibrary(ola.page);
  await openLibrary(jan.page);
  const [mine, theirs] = [panel(ola.page), panel(jan.page)];

  // Searching minds neither endings nor marks; filters narrow what is found.
  await mine.getByLabel('Także z innych etapów').check();
  await mine.getByLabel('Obszar').selectOption('all');
  await mine.getByLabel('Szukaj w bibliotece').fill('zlobkami');
  await expect(mine.getByRole('heading', { name: /Rejestr Żłobków/ })).toBeVisible();
  await expect(mine.getByText(/Licencja: /).first()).toBeVisible();
  await mine.getByLabel('Rodzaj').selectOption({ label: 'Narzędzia' });
  await expect(mine.getByRole('heading', { name: /Rejestr Żłobków/ })).toHaveCount(0);
  await mine.getByLabel('Rodzaj').selectOption({ label: 'Wszystko' });
  await mine.getByLabel('Szukaj w bibliotece').fill('');

  // A proposal without what it needs is answered in words, at its fields.
  await mine.getByRole('button', { name: 'Zaproponuj wpis' }).click();
  await mine.getByLabel('Adres strony').fill('javascript:alert(1)');
  await mine.getByRole('button', { name: 'Wyślij propozycję' }).click();
  await expect(mine.getByLabel('Nazwa')).toHaveAttribute('aria-invalid', 'true');
  await expect(mine.getByRole('link', { name: /^Nazwa: To pole jest wymagane/ })).toBeVisible();
  await expect(mine.getByText('To nie jest adres strony').first()).toBeVisible();
  await accessible(ola.page, 'a proposal that is wrong');
  await look(ola.page, 'propose-wrong');
  await mine.getByLabel('Nazwa').fill('Rejestr lokali komunalnych');
  await mine.getByLabel('Do czego się przyda').fill('Adres, stan i czynsz każdego lokalu gminy');
  await mine.getByLabel('Adres strony').fill('intranet.lodz.example/lokale');
  await mine.getByLabel('Licencja').fill('tylko w urzędzie');
  await mine.getByRole('button', { name: 'Wyślij propozycję' }).click();
  await expect(mine.getByText('czeka na decyzję', { exact: true })).toBeVisible();
  await look(ola.page, 'propose-waits');
  await expect(theirs.getByText('Rejestr lokali komunalnych')).toHaveCount(0);

  // The console of the other instance hears of it.
  await expect(lead.getByText('Do biblioteki czeka 1 propozycja.')).toBeVisible();
  await look(lead, 'console-waiting');
  await lead.getByRole('link', { name: 'Rozpatrz' }).click();
  const entry = lead.getByRole('article', { name: 'Rejestr lokali komunalnych' });
  await expect(entry.getByText('Proponuje: Grupa Pustułki')).toBeVisible();
  await accessible(lead, 'proposals');
  await look(lead, 'manage-library');
  await entry.getByRole('button', { name: /^Nie przyjmuj/ }).click();
  await lead.getByLabel('Dlaczego').fill('Dopiszcie, kto udostępnia');
  await lead.getByRole('dialog').getByRole('button', { name: 'Nie przyjmuj' }).click();
  await expect(mine.getByText('Dlaczego: Dopiszcie, kto udostępnia')).toBeVisible();
  await entry.getByRole('button', { name: /^Popraw/ }).click();
  const form = lead.getByRole('dialog');
  await form.getByLabel('Dostęp po polsku').fill('Wydział Budynków i Lokali');
  await accessible(lead, 'the form of an entry');
  await look(lead, 'manage-library-form');
  await form.getByRole('button', { name: 'Zapisz wpis' }).click();
  await expect(entry.getByText('Dostęp: Wydział Budynków i Lokali')).toBeVisible();
  await entry.getByRole('button', { name: /^Przyjmij/ }).click();

  // All groups find it now, in another form of the word, and work with it.
  await expect(mine.getByText('przyjęta, jest w bibliotece')).toBeVisible();
  await theirs.getByLabel('Także z innych etapów').check();
  await theirs.getByLabel('Szukaj w bibliotece').fill('lokalach komunalnych');
  const found = theirs.getByRole('listitem').filter({ hasText: 'Rejestr lokali komunalnych' });
  await expect(found.getByText('Licencja: tylko w urzędzie')).toBeVisible();
  await look(jan.page, 'library-found');
  await found.getByRole('button', { name: /Dodaj jako kartkę/ }).click();
  await expect(jan.page.locator('[data-card]').filter({ hasText: 'Rejestr lokali' })).toHaveCount(
    1,
  );

  // A reference in the outcome, with its licence.
  await lead.goto(`${b.url}/w/${created.workshop.id}/outcome`);
  await expect(
    lead
      .getByRole('listitem')
      .filter({ hasText: 'Rejestr lokali komunalnych' })
      .getByText('tylko w urzędzie'),
  ).toBeVisible();

  // The file of the library opens in another workshop, and a bad one says where it is bad.
  await lead.goto(`${b.url}/w/${created.workshop.id}/manage#library`);
  const taken = lead.waitForEvent('download');
  await lead.getByRole('button', { name: 'Pobierz plik biblioteki' }).click();
  const file = info.outputPath('lodz.json');
  await (await taken).saveAs(file);
  const entries = JSON.parse(await readFile(file, 'utf8')) as {
    id: string;
    name: { pl: string };
  }[];
  expect(entries.map((e) => e.name.pl)).toEqual(['Rejestr lokali komunalnych']);

  const next = await createWorkshop(b.url);
  await lead.goto(next.links.facilitator);
  await lead.getByRole('link', { name: 'Ustawienia' }).click();
  await lead.getByRole('tab', { name: 'Biblioteka' }).click();
  const bad = info.outputPath('bad.json');
  await writeFile(bad, JSON.stringify([...entries, { ...entries[0], id: 'x', name: { pl: '' } }]));
  await lead.locator('input[type=file]').setInputFiles(bad);
  await expect(lead.getByText('wpis 2, Nazwa: To pole jest wymagane.')).toBeVisible();
  await expect(lead.getByText('Nie ma jeszcze własnych wpisów.')).toBeVisible();
  await lead.locator('input[type=file]').setInputFiles(file);
  await expect(lead.getByRole('article', { name: 'Rejestr lokali komunalnych' })).toBeVisible();

  // And on the page the city goes on writing its own.
  await lead.getByRole('button', { name: 'Dodaj wpis' }).click();
  const own = lead.getByRole('dialog');
  await own.getByLabel('Rodzaj wpisu').selectOption({ label: 'Przykład miasta' });
  await own.getByLabel('Nazwa po polsku').fill('Mapa drzew');
  await own.getByLabel('Nazwa po angielsku').fill('Map of trees');
  await own.getByLabel('Opis po polsku').fill('Każde drzewo przy ulicy');
  await own.getByRole('checkbox', { name: 'Środowisko i adaptacja' }).check();
  await own.getByRole('button', { name: 'Zapisz wpis' }).click();
  const tree = lead.getByRole('article', { name: 'Mapa drzew' });
  await expect(tree.getByRole('heading')).toHaveText('Łódź: Mapa drzew');
  await tree.getByRole('button', { name: /^Usuń/ }).click();
  await lead.getByRole('dialog').getByRole('button', { name: 'Usuń' }).click();
  await expect(tree).toHaveCount(0);
  await Promise.all([ola.context, jan.context, lead.context()].map((c) => c.close()));
});
