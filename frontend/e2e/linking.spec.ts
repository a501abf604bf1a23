import { expect, type Page, test } from '@playwright/test';
import { addCard, card, saved } from './support/board';
import { Pathboard } from './support/processes';
import { createWorkshop, memberJoins } from './support/workshop';

let server: Pathboard;
test.beforeAll(async () => {
  server = await Pathboard.start();
});
test.afterAll(() => server.stop());

const lines = (page: Page) => page.locator('svg path[marker-end]');

async function middle(page: Page, text: string, part = ''): Promise<[number, number]> {
  const found = part ? card(page, text).locator(part) : card(page, text);
  const box = await found.boundingBox();
  if (!box) throw new Error(`${text} is not shown`);
  return [box.x + box.width / 2, box.y + box.height / 2];
}

test('cards are joined by drawing, by two presses and by keys', async ({ browser }) => {
  const created = await createWorkshop(server.url);
  const { page, context } = await memberJoins(browser, server.url, created, 'Ada', 'Sikory');
  await addCard(page, 'problem', 'Problem', 'pierwsza');
  await addCard(page, 'problem', 'Notatka', 'druga');
  await addCard(page, 'problem', 'Notatka', 'trzecia');

  // Drawn from one card to the other, and never onto itself.
  await card(page, 'pierwsza').hover();
  await page.mouse.move(...(await middle(page, 'pierwsza', '.join')));
  await page.mouse.down();
  const [x, y] = await middle(page, 'druga');
  await expect
    .poll(async () => {
      await page.mouse.move(x + Math.random() * 8, y);
      return card(page, 'druga').getAttribute('class');
    })
    .toContain('target');
  await page.mouse.up();
  await expect(page.getByText(/^Powiązano/)).toBeVisible();
  await expect(lines(page)).toHaveCount(1);

  // A press on the handle, then one on the other card.
  await card(page, 'druga').hover();
  await page.mouse.click(...(await middle(page, 'druga', '.join')));
  await expect(page.getByRole('button', { name: 'Anuluj' })).toBeVisible();
  await card(page, 'trzecia').click();
  await expect(lines(page)).toHaveCount(2);

  // By keys; what is joined already is said and not joined twice.
  await card(page, 'druga').focus();
  await page.keyboard.press('l');
  await expect(page.getByRole('button', { name: 'Anuluj' })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(card(page, 'trzecia')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Te kartki są już tak powiązane')).toBeVisible();
  await expect(lines(page)).toHaveCount(2);

  // Its kind and its words have keys of their own.
  await page.keyboard.press('Shift+K');
  const kind = page.getByRole('combobox', { name: 'Rodzaj powiązania' });
  await expect(kind).toBeFocused();
  await expect(kind).toHaveAccessibleDescription(/druga/);
  await kind.selectOption({ label: 'zasila' });
  await page.keyboard.press('Escape');
  await expect(card(page, 'trzecia')).toBeFocused();
  await page.keyboard.press('Shift+W');
  const words = page.getByRole('textbox', { name: 'Opis (niekonieczny)' });
  await expect(words).toBeFocused();
  await page.keyboard.type('dwie dzielnice');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(card(page, 'trzecia')).toBeFocused();
  await expect(page.locator('.name').filter({ hasText: 'dwie dzielnice' })).toBeVisible();
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');

  // Begun and left.
  await page.keyboard.press('l');
  await expect(page.getByRole('button', { name: 'Anuluj' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Anuluj' })).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(lines(page)).toHaveCount(1);
  await card(page, 'trzecia').focus();
  await page.keyboard.press('Shift+K');
  await expect(page.getByText('Ta kartka nie jest jeszcze z niczym powiązana.')).toBeVisible();
  await saved(page);
  await context.close();
});
