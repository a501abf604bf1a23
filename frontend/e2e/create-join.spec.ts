import { expect, test } from '@playwright/test';
import { Pathboard } from './support/processes';
import { createWorkshop, joinWorkshop } from './support/workshop';

let server: Pathboard;
test.beforeAll(async () => {
  server = await Pathboard.start();
});
test.afterAll(() => server.stop());

test('a workshop is created in Polish, with three links, a QR code and a sheet to print', async ({
  page,
}) => {
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Utwórz warsztat' }).click();
  await expect(page.getByLabel('Tytuł')).toHaveValue('Zarządzanie miastem z wykorzystaniem danych');
  await page.getByLabel('Miasto').fill('Łódź');
  await page.getByLabel('Nazwa grupy 1').fill('Grupa Jaskółki');
  await page.getByRole('button', { name: 'Utwórz warsztat' }).click();
  await expect(page.getByRole('heading', { name: 'Warsztat jest gotowy' })).toBeVisible();
  await expect(page.locator('#join-link')).toHaveValue(/\/join#[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  await expect(page.locator('#facilitator-link')).toHaveValue(/\/facilitator#.{40,}/);
  await expect(page.locator('#projector-link')).toHaveValue(/\/projector#.{40,}/);
  await expect(page.getByRole('img', { name: /Kod QR/ })).toBeVisible();
  await page.getByText('Kartka do wydruku').click();
  await expect(page.getByText('Zeskanuj kod aparatem telefonu.')).toBeVisible();
});

test('English is one click away', async ({ page }) => {
  await page.goto(server.url);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    'Working together in a workshop',
  );
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

test('a phone joins by the typed code, however it is typed', async ({ browser }) => {
  const created = await createWorkshop(server.url);
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const page = await context.newPage();
  await page.goto(server.url);
  await page
    .getByLabel('Kod warsztatu')
    .fill(` ${created.joinCode.replace('-', ' ').toLowerCase()} `);
  await page.getByRole('button', { name: 'Dalej' }).click();
  await page.getByLabel('Imię i nazwisko').fill('Jagoda <script>alert(1)</script>');
  await page.getByLabel('Wydział lub biuro').fill('Wydział Informatyki');
  await page.getByRole('radio', { name: /Pustułki/ }).check({ force: true });
  await page.getByRole('button', { name: 'Dołącz' }).click();
  await expect(page).toHaveURL(/\/w\/.+\/board\//);
  await expect(page.getByRole('heading', { name: 'Problem', exact: false }).first()).toBeVisible();
  await expect(page.locator('[data-save]')).toHaveAttribute('data-save', 'saved');
  expect(page.url()).not.toContain('Jagoda');
  await context.close();
});

test('what cannot work is said in words, and nothing typed is lost', async ({ page }) => {
  const created = await createWorkshop(server.url);
  await page.goto(`${server.url}/join#AAAA-AAAA`);
  await expect(page.getByText(/Nie ma warsztatu|kod/i).first()).toBeVisible();
  await expect(page.getByRole('alert')).toBeVisible();

  await page.goto('about:blank');
  await page.goto(`${server.url}/join#${created.joinCode}`);
  await page.getByLabel('Imię i nazwisko').fill('   ');
  await page.getByRole('button', { name: 'Dołącz' }).click();
  await expect(page.getByLabel('Imię i nazwisko')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Wydział lub biuro').fill('Biuro Strategii Miasta');
  await page.getByRole('button', { name: 'Dołącz' }).click();
  await expect(page.getByLabel('Wydział lub biuro')).toHaveValue('Biuro Strategii Miasta');
  // The field takes as much of a name as the server does.
  await page.getByLabel('Imię i nazwisko').fill('Ą'.repeat(500));
  await expect(page.getByLabel('Imię i nazwisko')).toHaveValue('Ą'.repeat(80));

  await page.goto(`${server.url}/facilitator#nieprawdziwy`);
  await expect(page.getByText('Ten link nie działa', { exact: false })).toBeVisible();
});

test('a full group is shown as full and refused by name', async ({ page }) => {
  const created = await createWorkshop(server.url);
  const group = created.workshop.groups[0];
  if (!group) throw new Error('no group');
  await fetch(`${server.url}/api/workshops/${created.workshop.id}/groups/${group.id}`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${created.tokens.facilitator}`,
      'content-type': 'application/json',
      'if-match': `"${created.workshop.version}"`,
    },
    body: JSON.stringify({ capacity: 1 }),
  });
  await joinWorkshop(server.url, created.joinCode, 'Osoba Pierwsza', group.id);
  await page.goto(`${server.url}/join#${created.joinCode}`);
  await expect(page.getByText('Brak wolnych miejsc')).toBeVisible();
  await expect(page.getByRole('radio', { name: new RegExp(group.name) })).toBeDisabled();
});
