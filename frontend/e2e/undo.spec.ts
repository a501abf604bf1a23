import { expect, type Locator, type Page, test } from '@playwright/test';
import { addCard, card, editCard, saved, texts } from './support/board';
import { Pathboard } from './support/processes';
import { createWorkshop, memberJoins } from './support/workshop';

const undo = (page: Page) => page.getByRole('button', { name: 'Cofnij' }).first();
const redo = (page: Page) => page.getByRole('button', { name: 'Ponów' }).first();

/** Writes on a card in one go, for one step of undo. */
async function write(page: Page, text: string, more: string): Promise<void> {
  const field = await editCard(page, text);
  await field.fill((await field.inputValue()) + more);
  await page.keyboard.press('Escape');
}

/** A new card is two steps: that it is there, and what stands on it. */
const newCard = 2;

async function steps(button: Locator, n: number): Promise<void> {
  for (let i = 0; i < n; i++) await button.click();
}

test('undo takes back own changes across a lost network, with others writing meanwhile', async ({
  browser,
}) => {
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const ada = await memberJoins(browser, server.url, created, 'Ada Przykładowa', 'Pustułki');
  const jan = await memberJoins(browser, server.url, created, 'Jan Wzorcowy', 'Pustułki');
  await addCard(ada.page, 'problem', 'Problem', 'Hałas');
  await expect(card(jan.page, 'Hałas')).toBeVisible();
  await write(ada.page, 'Hałas', ' w nocy');
  await saved(ada.page);
  await expect(card(jan.page, 'Hałas w nocy')).toBeVisible();

  // Ada's network goes; both go on.
  await ada.context.setOffline(true);
  await expect(ada.page.locator('[data-save]')).not.toHaveAttribute('data-save', 'saved');
  await addCard(ada.page, 'problem', 'Notatka', 'Bez sieci');
  await write(jan.page, 'Hałas w nocy', ' i w dzień');
  await addCard(jan.page, 'problem', 'Notatka', 'Kartka Jana');
  await saved(jan.page);
  await ada.context.setOffline(false);
  await saved(ada.page);
  await expect(card(ada.page, 'Hałas w nocy i w dzień')).toBeVisible();
  await expect(card(jan.page, 'Bez sieci')).toBeVisible();

  // What was done before and during it goes step by step; what Jan wrote stays,
  // also in the middle of the card that Ada wrote on.
  await steps(undo(ada.page), newCard);
  await expect(card(jan.page, 'Bez sieci')).toBeHidden();
  await undo(ada.page).click();
  await expect(card(jan.page, 'Hałas i w dzień')).toBeVisible();
  await expect(card(jan.page, 'Kartka Jana')).toBeVisible();
  await steps(redo(ada.page), 1 + newCard);
  await expect(card(jan.page, 'Hałas w nocy i w dzień')).toBeVisible();
  await expect(card(jan.page, 'Bez sieci')).toBeVisible();
  await saved(ada.page);
  expect((await texts(jan.page, 'problem')).sort()).toEqual(
    (await texts(ada.page, 'problem')).sort(),
  );
  await Promise.all([ada.context.close(), jan.context.close()]);
  await server.stop();
});

test('each of two tabs takes back what was done in it', async ({ browser }) => {
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const { context, page } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada Przykładowa',
    'Pustułki',
  );
  await addCard(page, 'problem', 'Problem', 'Z pierwszej karty');
  await saved(page);
  const second = await context.newPage();
  await second.goto(page.url());
  await expect(card(second, 'Z pierwszej karty')).toBeVisible();
  await addCard(second, 'problem', 'Notatka', 'Z drugiej karty');
  await expect(card(page, 'Z drugiej karty')).toBeVisible();

  await steps(undo(page), newCard);
  await expect(card(second, 'Z pierwszej karty')).toBeHidden();
  await expect(card(second, 'Z drugiej karty')).toBeVisible();
  await expect(undo(page)).toBeDisabled();
  await steps(undo(second), newCard);
  await expect(card(page, 'Z drugiej karty')).toBeHidden();
  await steps(redo(page), newCard);
  await expect(card(second, 'Z pierwszej karty')).toBeVisible();
  await expect(card(second, 'Z drugiej karty')).toBeHidden();
  await context.close();
  await server.stop();
});
