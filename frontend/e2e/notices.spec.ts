import { expect, test } from '@playwright/test';
import { addCard, card, editCard, saved } from './support/board';
import { Lead } from './support/lead';
import { Pathboard } from './support/processes';
import { createWorkshop, memberJoins } from './support/workshop';

/* What comes from outside leaves the board in sight on the smallest phone. */
let server: Pathboard;
test.beforeAll(async () => {
  server = await Pathboard.start();
});
test.afterAll(() => server.stop());

const phone = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };
const long =
  'Prosimy wszystkie grupy o uzupełnienie wskaźników dostępności przystanków przed przerwą; ' +
  'przedstawiciel Zarządu Transportu Miejskiego odpowie potem na pytania o dane.';

test('an announcement, an answer and a vote at once leave a card in sight, and all of them can be read', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const lead = new Lead(server.url, created);
  const { context, page } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada Przykładowa',
    'Pustułki',
    phone,
  );
  await page.getByRole('button', { name: 'Dodaj kartkę', exact: true }).tap();
  await page.getByRole('dialog').getByRole('button', { name: 'Problem', exact: true }).tap();
  await page.getByRole('textbox', { name: 'Treść kartki' }).fill('Pierwsza kartka');
  await page.getByRole('button', { name: 'Gotowe' }).click();
  await saved(page);
  await page.getByRole('button', { name: 'Pomoc' }).click();
  await page.getByLabel('Pytanie (nieobowiązkowe)').fill('Skąd wziąć dane?');
  await page.getByRole('button', { name: 'Wyślij pytanie' }).click();
  await expect(page.getByRole('button', { name: /Pomoc: 0 min/ })).toBeVisible();
  const { concern } = await lead.send<{ concern: { help: { id: string }[] } }>('GET', 'concern');
  await lead.send('PATCH', `help/${concern.help[0]?.id ?? ''}`, { answer: long });
  await lead.send('POST', 'announcements', { text: `Ogłoszenie. ${long}` });
  await lead.send('POST', 'polls', { title: 'Który problem?', dots: 3, perCard: 2 });
  await expect(page.getByRole('button', { name: 'Przeczytane' })).toHaveCount(2);
  await expect(page.getByRole('button', { name: /^Głosuj/ })).toBeVisible();
  await page.evaluate(() => scrollTo(0, 0));
  const text = card(page, 'Pierwsza kartka').locator('.text');
  // The words of the first card are above the bar at the foot.
  const foot = await page.locator('nav.foot').boundingBox();
  const words = await text.boundingBox();
  expect((words?.y ?? Infinity) + (words?.height ?? 0)).toBeLessThan(foot?.y ?? 0);

  // The rest of each is a touch away, and back.
  const whole = page.getByRole('button', { name: 'Cała wiadomość' });
  await expect(whole).toHaveCount(2);
  const message = page.locator('.message p').first();
  const cut = await message.evaluate((p) => p.clientHeight);
  await whole.first().tap();
  await expect(whole.first()).toHaveAttribute('aria-expanded', 'true');
  expect(
    await message.evaluate((p) => p.scrollHeight <= p.clientHeight + 1 && p.clientHeight),
  ).toBeGreaterThan(cut);
  await whole.first().tap();
  await expect(whole.first()).toHaveAttribute('aria-expanded', 'false');
  // Read, they leave the board to the cards.
  for (const left of [1, 0]) {
    await page.getByRole('button', { name: 'Przeczytane' }).first().tap();
    await expect(page.getByRole('button', { name: 'Przeczytane' })).toHaveCount(left);
  }
  await context.close();
});

test('the name at a caret is not cut off at the edge of a phone', async ({ browser }) => {
  const created = await createWorkshop(server.url);
  const jan = await memberJoins(
    browser,
    server.url,
    created,
    'Jan Konstantynopolski-Nadwiślański',
    'Sikory',
  );
  await addCard(jan.page, 'problem', 'Problem', 'Słowa, które na telefonie idą do końca wiersza i');
  const ada = await memberJoins(browser, server.url, created, 'Ada', 'Sikory', phone);
  await editCard(jan.page, 'Słowa, które');
  const name = card(ada.page, 'Słowa, które').locator('.caret .name');
  await expect(name).toHaveText('Jan Konstantynopolski-Nadwiślański');
  // Wherever in the text the other one is.
  for (let i = 0; i < 16; i++) {
    await expect
      .poll(async () => {
        const box = await name.boundingBox();
        return box ? box.x >= 0 && box.x + box.width <= 360 : false;
      })
      .toBe(true);
    await jan.page.keyboard.press('ArrowLeft');
    await jan.page.keyboard.press('ArrowLeft');
  }
  await Promise.all([ada.context.close(), jan.context.close()]);
});
