import { expect, test } from '@playwright/test';
import { accessible } from './support/axe';
import { addCard, card, saved } from './support/board';
import { Pathboard, Redis } from './support/processes';
import { createWorkshop, kept, memberJoins } from './support/workshop';

// Sessions end by themselves, and what cannot be undone asks for the secret
// again. The store's records are made older, as if days had passed.

let redis: Redis;
let server: Pathboard;
test.beforeAll(async () => {
  redis = await Redis.start();
  server = await Pathboard.start({ redis });
});
test.afterAll(async () => {
  await server.stop();
  await redis.stop();
});

test('deleting asks for the link again, by keyboard, and the browser keeps no secret', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(created.links.facilitator);
  await expect(page.getByRole('heading', { name: created.workshop.title })).toBeVisible();
  expect(await kept(page, [created.tokens.facilitator])).toEqual([]);

  await redis.age({ confirmedAt: 60 });
  await page.goto(`${server.url}/w/${created.workshop.id}/manage`);
  await page.getByRole('tab', { name: 'Po warsztacie' }).click();
  await page.getByRole('button', { name: 'Usuń warsztat' }).click();
  await page.getByLabel(/Przepisz tytuł/).fill(created.workshop.title);
  await page.keyboard.press('Enter');
  const secret = page.getByLabel('Link prowadzącego albo kod odzyskiwania');
  await expect(secret).toBeFocused();
  await accessible(page);
  await page.keyboard.type('ABCD-EFGH-JKMN-PQRS-TVWX');
  await page.keyboard.press('Enter');
  await expect(page.getByText('To nie jest Twój link prowadzącego')).toBeVisible();
  await secret.fill(created.links.facilitator);
  await page.keyboard.press('Enter');
  await expect(page.getByText('Warsztat usunięty').first()).toBeVisible();
  await context.close();
});

test('after the session has ended the code brings a member back as who they were', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const { context, page } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada Przykładowa',
    'Sikory',
  );
  await addCard(page, 'problem', 'Problem', 'Gdzie posadzić drzewa');
  await saved(page);
  await context.setOffline(true);
  await addCard(page, 'problem', 'Notatka', 'Zapisane bez sieci');
  await expect(page.locator('[data-save]')).toHaveAttribute('data-save', 'device');
  await page.goto('about:blank');
  await context.setOffline(false);

  await redis.age({ issuedAt: 40 * 24 * 60, usedAt: 20 * 24 * 60 });
  await page.goto(`${server.url}/w/${created.workshop.id}`);
  await expect(page.getByText('Sesja tego urządzenia się skończyła').first()).toBeVisible();
  await page.goto(`${server.url}/join#${created.joinCode}`);
  await expect(page.getByText(/Ada Przykładowa/)).toBeVisible();
  await page.getByRole('button', { name: 'Wróć do swojej grupy' }).click();
  await page.waitForURL(/\/w\//);
  await expect(card(page, 'Gdzie posadzić drzewa')).toBeVisible();
  await expect(card(page, 'Zapisane bez sieci')).toBeVisible();
  await saved(page);

  const eva = await memberJoins(browser, server.url, created, 'Ewa Zmyślona', 'Sikory');
  await expect(card(eva.page, 'Zapisane bez sieci')).toBeVisible();
  await eva.context.close();
  await context.close();
});
