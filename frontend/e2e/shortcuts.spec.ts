import { expect, type Page, test } from '@playwright/test';
import { card, saved, stage } from './support/board';
import { Pathboard } from './support/processes';
import { createWorkshop, joinWorkshop } from './support/workshop';
import { scripted } from './support/scripted';

/** Presses Tab until what has the focus matches, as somebody without a mouse does. */
async function tabTo(page: Page, selector: string, most = 60): Promise<void> {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    const there = await page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector);
    if (there) return seen(page);
  }
  throw new Error(`Tab does not come to ${selector}`);
}

/** What has the focus is in the window and shows it (WCAG 2.4.7, 2.4.11). */
async function seen(page: Page): Promise<void> {
  await expect
    .poll(() =>
      page.evaluate(() => {
        const at = document.activeElement;
        if (!at || at === document.body) return 'nothing has the focus';
        const box = at.getBoundingClientRect();
        const inside =
          box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
        return inside ? 'seen' : `outside the window: ${at.outerHTML.slice(0, 90)}`;
      }),
    )
    .toBe('seen');
}

test('a whole session by keyboard alone: join, write, link, talk, sum up, look around', async ({
  browser,
}) => {
  test.slow();
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const group = created.workshop.groups[3];
  if (!group) throw new Error('no group');
  const jan = await joinWorkshop(server.url, created.joinCode, 'Jan Wzorcowy', group.id);
  const other = await scripted(server.url, jan.token, `board.${group.id}`);
  other.provider.setAwarenessField('stage', 'analysis');
  const context = await browser.newContext();
  const page = await context.newPage();
  const keys = async (...list: string[]): Promise<void> => {
    for (const key of list) await page.keyboard.press(key);
  };

  // Joining.
  await page.goto(created.links.join);
  await expect(page.getByRole('radio').first()).toBeAttached();
  await tabTo(page, 'input[type=text]');
  await page.keyboard.type('Ada Klawiszowa');
  await tabTo(page, 'input');
  await page.keyboard.type('Wydział Informatyki');
  await tabTo(page, 'input[type=radio]');
  await keys('ArrowUp'); // round to the last group
  await expect(page.getByRole('radio', { name: /Sikory/ })).toBeChecked();
  await keys('Enter');
  await expect(stage(page, 'problem')).toBeVisible();

  // The problem, in a sentence.
  await tabTo(page, '.problem button');
  await keys('Enter');
  await page.keyboard.type('Do żłobka idzie się zbyt długo');
  // Into a stage: its first card.
  await tabTo(page, '#stage-problem .add button', 80);
  await keys('Enter');
  await page.keyboard.type('Kwadrans to za dużo');
  await keys('Control+Enter');
  await page.keyboard.type('Nie wiemy, ilu dzieci to dotyczy');
  await keys('Escape');
  await expect(card(page, 'Nie wiemy')).toBeFocused();
  await seen(page);

  // Across to another stage, by its number; a card there, and a link back.
  await keys('3');
  await expect(page.locator('#stage-data-name')).toBeFocused();
  await keys('n');
  await page.keyboard.type('Adresy i godziny żłobków');
  await keys('Escape', 'l');
  await keys('1', 'Tab');
  await card(page, 'Kwadrans').focus();
  await keys('Enter');
  await expect(page.locator('svg path.line')).toHaveCount(1);

  // Talk, an owner's tag, a picture's key is there too.
  await card(page, 'Kwadrans').focus();
  await keys('c');
  await expect(page.getByRole('textbox', { name: 'Twój komentarz' })).toBeVisible();
  await tabTo(page, '#comment-new');
  await page.keyboard.type('Zapytajmy rodziców');
  await tabTo(page, 'form button[type=submit]', 6);
  await keys('Enter');
  await expect(page.getByText('Zapytajmy rodziców')).toBeVisible();
  await keys('Escape');
  await expect(card(page, 'Kwadrans')).toBeFocused();

  // Every part of a card's panel by its key, and back on the card.
  for (const [key, part] of [
    ['m', '#move-to'],
    ['k', '#card-kind :checked'],
    ['b', '#card-color :checked'],
    ['w', '#card-owner'],
    ['u', '#card-due'],
    ['q', '#card-state'],
    ['e', '#card-tag'],
    ['r', '#card-reactions button:first-child'],
  ] as const) {
    await keys(key);
    await expect(page.locator(part)).toBeFocused();
    await keys('Escape');
    await expect(card(page, 'Kwadrans')).toBeFocused();
  }
  // Split at its lines, merged again, put aside and brought back.
  await keys('n');
  await page.keyboard.type('Wiersz górny');
  await keys('Enter');
  await page.keyboard.type('Wiersz dolny');
  await keys('Escape', 'y');
  await expect(card(page, 'Wiersz')).toHaveCount(2);
  await expect(card(page, 'Wiersz górny')).toBeFocused();
  await keys('j');
  await expect(page.getByText('Zaznacz najpierw co najmniej dwie kartki')).toBeVisible();
  await keys('x', 'ArrowDown', 'x', 'j');
  await expect(card(page, 'Wiersz')).toHaveCount(1);
  await expect(card(page, 'Wiersz górny')).toBeFocused();
  await keys('h');
  await expect(card(page, 'Wiersz')).toHaveCount(0);
  await keys('Control+z');
  await expect(card(page, 'Wiersz')).toHaveCount(1);
  await card(page, 'Kwadrans').focus();

  // Choosing several, and moving them together.
  await keys('Shift+ArrowDown');
  await expect(page.locator('article.chosen')).toHaveCount(2);
  await keys('Escape');
  await expect(page.locator('article.chosen')).toHaveCount(0);

  // The stage is summed up, and said to be done.
  await keys('s');
  await expect(page.getByRole('textbox', { name: /Podsumowanie/ })).toBeFocused();
  await page.keyboard.type('Za daleko, za długo');
  await card(page, 'Kwadrans').focus();
  await keys('g');
  await expect(stage(page, 'problem').getByRole('button', { name: 'Etap gotowy' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );

  // Panels and views, each by its key and away again.
  for (const [key, heading] of [
    ['Shift+B', 'Biblioteka'],
    ['Shift+L', 'Powiązania'],
    ['Shift+C', 'Komentarze'],
    ['Shift+S', 'Podobne kartki'],
    ['Shift+N', 'Powiadomienia'],
  ] as const) {
    await card(page, 'Kwadrans').focus();
    await keys(key);
    await expect(page.getByRole('heading', { name: heading, exact: true })).toBeVisible();
    await keys('Escape');
    await expect(page.getByRole('heading', { name: heading, exact: true })).toBeHidden();
  }
  for (const [key, mode] of [
    ['z', 'focus'],
    ['v', 'fit'],
  ] as const) {
    await card(page, 'Kwadrans').focus();
    await keys(key);
    await expect(page.locator('.screen')).toHaveAttribute('data-mode', mode);
    await keys(key);
    await expect(page.locator('.screen')).toHaveAttribute('data-mode', 'board');
  }

  // Following the other one, whose place is known.
  await card(page, 'Kwadrans').focus();
  await keys('f');
  await expect(page.getByText('Podążasz za: Jan Wzorcowy')).toBeVisible();
  await keys('Escape');
  await expect(page.getByText('Podążasz za: Jan Wzorcowy')).toBeHidden();

  // Search, help, undo.
  await keys('Control+k');
  await page.keyboard.type('adresy i godz');
  await keys('Enter');
  await expect(card(page, 'Adresy')).toBeFocused();
  await keys('?');
  const help = page.getByRole('dialog', { name: 'Skróty klawiszowe' });
  await expect(help.locator('dt')).toHaveCount(52);
  await keys('Escape');
  await expect(card(page, 'Adresy')).toBeFocused();
  await keys('Delete');
  await expect(card(page, 'Adresy')).toBeHidden();
  await keys('Control+z');
  await expect(card(page, 'Adresy')).toBeVisible();
  await saved(page);
  other.close();
  await context.close();
  await server.stop();
});
