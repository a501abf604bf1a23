import { expect, type Locator, type Page } from '@playwright/test';

/** The column of a stage, by its id in the template. */
export const stage = (page: Page, id: string): Locator => page.locator(`#stage-${id}`);

/** A card, by a part of its text. */
export const card = (page: Page, text: string | RegExp): Locator =>
  page.locator('article').filter({ hasText: text });

/** Waits until the header says that everything is saved. */
export async function saved(page: Page): Promise<void> {
  await expect(page.locator('[data-save]')).toHaveAttribute('data-save', 'saved');
}

/** Adds a card by its button, types and leaves it. */
export async function addCard(
  page: Page,
  stageId: string,
  kind: string,
  text: string,
): Promise<void> {
  await stage(page, stageId)
    .getByRole('button', { name: `Dodaj kartkę: ${kind}`, exact: true })
    .click();
  await page.getByRole('textbox', { name: 'Treść kartki' }).fill(text);
  await page.keyboard.press('Escape');
  await expect(card(page, text)).toBeVisible();
}

/** Opens a card for writing and puts the caret behind its text. */
export async function editCard(page: Page, text: string | RegExp): Promise<Locator> {
  await card(page, text).focus();
  await page.keyboard.press('Enter');
  const field = page.getByRole('textbox', { name: 'Treść kartki' });
  await expect(field).toBeFocused();
  await page.keyboard.press('Control+End');
  return field;
}

/** The texts of a stage's cards, from the top. */
export const texts = (page: Page, stageId: string): Promise<string[]> =>
  stage(page, stageId).locator('article .text').allInnerTexts();
