import { expect, test } from '@playwright/test';
import { addCard, card, saved, stage, texts } from './support/board';
import { Pathboard } from './support/processes';
import { createWorkshop, memberJoins } from './support/workshop';

test('cards are added, edited, moved, changed and deleted with the keyboard alone', async ({
  browser,
}) => {
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const { page, context } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada Przykładowa',
    'Jaskółki',
  );
  // Reaching the first "add" button by Tab, then typing card after card.
  const first = stage(page, 'problem').getByRole('button', { name: 'Dodaj kartkę: Problem' });
  await first.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('pierwsza');
  for (const text of ['druga', 'trzecia']) {
    await page.keyboard.press('Control+Enter');
    const field = page.getByRole('textbox', { name: 'Treść kartki' });
    await expect(field).toHaveValue('');
    await expect(field).toBeFocused();
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Escape');
  await expect.poll(() => texts(page, 'problem')).toEqual(['pierwsza', 'druga', 'trzecia']);
  await expect(card(page, 'trzecia')).toBeFocused();

  // Within the stage, and to the next.
  await page.keyboard.press('Control+ArrowUp');
  await expect.poll(() => texts(page, 'problem')).toEqual(['pierwsza', 'trzecia', 'druga']);
  await page.keyboard.press('Control+ArrowRight');
  await expect.poll(() => texts(page, 'questions')).toEqual(['trzecia']);
  await expect(card(page, 'trzecia')).toBeFocused();

  // Arrows go from card to card; Enter edits; Delete deletes; undo brings back.
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' zmieniona');
  await page.keyboard.press('Escape');
  await expect(card(page, 'trzecia zmieniona')).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(card(page, 'trzecia')).toBeHidden();
  await page.keyboard.press('Control+z');
  await expect(card(page, 'trzecia zmieniona')).toBeVisible();

  // Kind and colour over the card's menu.
  await card(page, 'trzecia zmieniona').focus();
  await page.keyboard.press('m');
  const menu = page.getByRole('dialog');
  await menu.getByRole('radio', { name: 'Trudność' }).focus();
  await page.keyboard.press('Space');
  await menu.getByRole('radio', { name: 'morski' }).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Escape');
  await expect(card(page, 'trzecia zmieniona').getByText('Trudność')).toBeVisible();
  await saved(page);
  await context.close();
  await server.stop();
});

test('touch moves a card to another place by a long press', async ({ browser }) => {
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const jan = await memberJoins(browser, server.url, created, 'Jan Wzorcowy', 'Jaskółki');
  await addCard(jan.page, 'problem', 'Problem', 'pierwsza');
  await addCard(jan.page, 'problem', 'Notatka', 'druga');
  const { page, context } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada Przykładowa',
    'Jaskółki',
    { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  );
  await expect(card(page, 'druga')).toBeVisible();
  const from = await card(page, 'druga').boundingBox();
  const to = await card(page, 'pierwsza').boundingBox();
  if (!from || !to) throw new Error('no cards to be seen');
  const touch = await context.newCDPSession(page);
  const at = (x: number, y: number): { touchPoints: { x: number; y: number }[] } => ({
    touchPoints: [{ x, y }],
  });
  const x = from.x + from.width / 2;
  await touch.send('Input.dispatchTouchEvent', {
    type: 'touchStart',
    ...at(x, from.y + from.height / 2),
  });
  await expect(page.locator('.dragged')).toBeVisible();
  for (let i = 1; i <= 10; i++) {
    const y = from.y + from.height / 2 + ((to.y + 4 - from.y - from.height / 2) * i) / 10;
    await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', ...at(x, y) });
  }
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await expect.poll(() => texts(page, 'problem')).toEqual(['druga', 'pierwsza']);
  await context.close();
  await server.stop();
});
