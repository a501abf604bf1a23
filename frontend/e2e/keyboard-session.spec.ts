import { expect, type Page, test } from '@playwright/test';
import { card, saved, stage } from './support/board';
import { Pathboard } from './support/processes';
import { createWorkshop, memberJoins } from './support/workshop';

// A session from joining to leaving as somebody without a mouse goes through it:
// every step is a key, and the focus is only ever where keys have brought it.

const focused = (page: Page, selector: string): Promise<boolean> =>
  page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector);

/** Presses Tab, or Shift+Tab, until what has the focus matches and is seen. */
async function tabTo(page: Page, selector: string, key = 'Tab', most = 90): Promise<void> {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press(key);
    if (!(await focused(page, selector))) continue;
    const hidden = await page.evaluate(() => {
      const box = document.activeElement?.getBoundingClientRect();
      return !box || box.bottom <= 0 || box.top >= innerHeight || box.right <= 0;
    });
    expect(hidden, `${selector} has the focus where nobody sees it`).toBe(false);
    return;
  }
  throw new Error(`${key} does not come to ${selector}`);
}

const shiftTabTo = (page: Page, selector: string): Promise<void> =>
  tabTo(page, selector, 'Shift+Tab');

test('join, work and leave by keys alone, without a mouse and without help', async ({
  browser,
}) => {
  test.slow();
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const other = await memberJoins(browser, server.url, created, 'Jan Wzorcowy', 'Sikory');
  const context = await browser.newContext();
  const page = await context.newPage();
  const keys = async (...list: string[]): Promise<void> => {
    for (const key of list) await page.keyboard.press(key);
  };
  const type = (text: string): Promise<void> => page.keyboard.type(text);

  // Joining: a name, an office, a group.
  await page.goto(created.links.join);
  await expect(page.getByRole('radio').first()).toBeAttached();
  await tabTo(page, 'input[type=text]');
  await type('Ada Klawiszowa');
  await tabTo(page, 'input[type=text]');
  await type('Wydział Informatyki');
  await tabTo(page, 'input[type=radio]');
  await keys('ArrowUp', 'Enter');
  await expect(stage(page, 'problem')).toBeVisible();

  // Adding: three cards one behind the other.
  await tabTo(page, '#stage-problem .add button');
  await keys('Enter');
  await type('Kwadrans to za dużo');
  await keys('Control+Enter');
  await type('Nie wiemy, ilu dzieci to dotyczy');
  await keys('Control+Enter');
  await type('Brak danych o dojazdach');
  await keys('Escape');
  await expect(card(page, 'Brak danych')).toBeFocused();

  // Writing on one, by Enter, and moving it, by its place and by its stage.
  await keys('ArrowUp', 'Enter', 'Control+End');
  await type(' w naszej dzielnicy');
  await keys('Escape');
  await expect(card(other.page, 'dotyczy w naszej dzielnicy')).toBeVisible();
  await keys('Control+ArrowUp');
  await expect
    .poll(() => stage(other.page, 'problem').locator('article .text').allInnerTexts())
    .toEqual([
      'Nie wiemy, ilu dzieci to dotyczy w naszej dzielnicy',
      'Kwadrans to za dużo',
      'Brak danych o dojazdach',
    ]);
  await keys('ArrowDown', 'ArrowDown', 'Control+ArrowRight');
  await expect(stage(other.page, 'questions').getByText('Brak danych')).toBeVisible();
  // The list of stages in a card's options waits for a decision: arrows only look.
  await keys('m');
  await expect(page.locator('#move-to')).toBeFocused();
  await keys('ArrowDown', 'ArrowDown');
  await expect(stage(page, 'questions').getByText('Brak danych')).toBeVisible();
  await keys('Enter');
  await expect(stage(other.page, 'quality').getByText('Brak danych')).toBeVisible();
  await expect(card(page, 'Brak danych')).toBeFocused();

  // Joining it to a card two stages before.
  await keys('l', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft');
  await expect(page.locator('#stage-problem article:focus')).toHaveCount(1);
  await keys('Enter');
  await expect(other.page.locator('svg path.line')).toHaveCount(1);

  // A comment that calls somebody, and a tag.
  await keys('c');
  await tabTo(page, '#comment-new', 'Tab', 20);
  await type('@Jan Wzorcowy, sprawdzisz?');
  await keys('Control+Enter', 'Escape');
  await expect(other.page.getByText('Ada Klawiszowa zwraca się do Ciebie')).toBeVisible();
  await expect(page.locator('#stage-problem article:focus')).toHaveCount(1);
  await keys('o');
  await tabTo(page, '#card-tag', 'Tab', 60);
  await type('pilne');
  await keys('Enter');
  await expect(other.page.getByText('#pilne')).toBeVisible();
  await keys('Escape');

  // Undo and redo.
  await keys('Control+z');
  await expect(other.page.getByText('#pilne')).toHaveCount(0);
  await keys('Control+y');
  await expect(other.page.getByText('#pilne')).toBeVisible();

  // Several at once.
  await keys('Home', 'Shift+ArrowDown');
  await expect(page.locator('article.chosen')).toHaveCount(2);
  await shiftTabTo(page, '[role=toolbar] select');
  await keys('Escape');
  await expect(page.locator('article.chosen')).toHaveCount(0);

  // Search: the palette goes to a card, the filter shows few.
  await keys('Control+k');
  await type('brak danych');
  await keys('Enter');
  await expect(card(page, 'Brak danych')).toBeFocused();
  await keys('/');
  await type('kwadrans');
  await expect(page.locator('article')).toHaveCount(1);
  await keys('Escape');
  await expect(page.locator('article')).toHaveCount(3);

  // A card from the library, in the stage at hand.
  await keys('3');
  await expect(page.locator('#stage-data-name')).toBeFocused();
  await keys('Shift+B');
  await expect(page.getByRole('dialog', { name: 'Biblioteka' })).toBeVisible();
  await expect(page.getByRole('button', { name: /Dodaj jako kartkę/ }).first()).toBeVisible();
  await tabTo(page, '[role=dialog] li button');
  await keys('Enter');
  await expect(stage(other.page, 'data').locator('article')).toHaveCount(1);
  await keys('Escape');
  await expect(page.locator('#stage-data-name')).toBeFocused();

  // The history: a moment before, and back.
  await saved(page);
  await keys('Shift+H');
  const history = page.getByRole('dialog', { name: 'Historia tablicy' });
  await expect(history.getByRole('slider')).toBeVisible();
  await tabTo(page, 'input[type=range]');
  const now = await history.getByRole('slider').getAttribute('aria-valuetext');
  await keys('ArrowLeft');
  await expect(history.getByRole('slider')).not.toHaveAttribute('aria-valuetext', now ?? '');
  await keys('Home');
  await expect(history.locator('article')).toHaveCount(0);
  await keys('Escape');
  await expect(history).toBeHidden();
  await expect(page.locator('#stage-data-name')).toBeFocused();

  // Leaving the workshop on this device.
  await shiftTabTo(page, 'button[aria-label^="Ty:"]');
  await keys('Enter');
  await expect(page.getByRole('dialog', { name: 'Ty na tym warsztacie' })).toBeVisible();
  for (let i = 0; i < 40; i++) {
    await keys('Tab');
    const there = await page.evaluate(
      () => document.activeElement?.closest('button')?.textContent ?? '',
    );
    if (there.includes('Opuść warsztat')) break;
  }
  await keys('Enter');
  for (let i = 0; i < 40; i++) {
    const there = await page.evaluate(
      () => document.activeElement?.closest('button')?.textContent ?? '',
    );
    if (there.includes('Tak, opuść')) break;
    await keys('Tab');
  }
  await keys('Enter');
  await page.waitForURL((url) => url.pathname === '/');
  await expect(card(other.page, 'Kwadrans')).toBeVisible();
  await Promise.all([context.close(), other.context.close()]);
  await server.stop();
});
