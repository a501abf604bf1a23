import { expect, test } from '@playwright/test';
import { accessible as clean } from './support/axe';
import { saved } from './support/board';
import { Pathboard, Redis } from './support/processes';
import { SlowLine } from './support/slowline';
import { createWorkshop, memberJoins } from './support/workshop';

test('whoever leads sees whether it is the server or the Wi-Fi, and who struggles', async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const redis = await Redis.start();
  const [a, b] = await Promise.all([Pathboard.start({ redis }), Pathboard.start({ redis })]);
  const wifi = await SlowLine.start(b.port);
  const created = await createWorkshop(a.url);
  const ada = await memberJoins(browser, wifi.url, created, 'Ada Przykładowa', 'Pustułki');
  const jan = await memberJoins(browser, a.url, created, 'Jan Wzorcowy', 'Sikory');
  await saved(ada.page);
  await saved(jan.page);

  const lead = await browser.newContext();
  const page = await lead.newPage();
  await page.goto(created.links.facilitator);
  const panel = page.getByRole('tabpanel').locator('section').first();
  const struggling = panel.locator('[data-struggling] li');

  // By keyboard alone.
  await page.getByRole('tab', { name: 'Przebieg i grupy' }).focus();
  await page.keyboard.press('End');
  await expect(page.getByRole('tab', { name: 'Łącza' })).toHaveAttribute('aria-selected', 'true');
  await expect(panel.getByRole('status')).toContainText('Serwer i łącza działają dobrze.');
  await expect(panel.locator('[data-instance]')).toHaveCount(2);
  await expect(panel.locator('[data-own]')).toContainText(/\d+ ms/);
  await panel.getByText(/^Bez kłopotów/).click();
  await expect(panel.getByText('Jan Wzorcowy')).toBeVisible();
  await clean(page, 'all is well');

  // A line that breaks, and is slow when it is back.
  wifi.delay = 450;
  wifi.cut();
  await expect(struggling.filter({ hasText: 'Ada Przykładowa' })).toContainText('Wolne łącze.');
  await expect(struggling.filter({ hasText: 'Ada Przykładowa' })).toContainText(/\d+ ms/);
  await expect(struggling).toContainText('zerwane 1 raz');
  await expect(panel.getByRole('status')).toContainText(
    'Serwer działa dobrze. Słabe łącze ma 1 osoba.',
  );
  await clean(page, 'one person struggles');

  // A line that is gone.
  wifi.dead = true;
  wifi.cut();
  await expect(struggling.filter({ hasText: 'Ada Przykładowa' })).toContainText(
    'Połączenie zerwane.',
  );
  await page.setViewportSize({ width: 390, height: 844 });
  await clean(page, 'on a phone');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

  // Back again: it is told how often the line broke, and nothing was lost.
  wifi.dead = false;
  wifi.delay = 0;
  await saved(ada.page);
  await expect(struggling).toContainText('Połączenie się zrywa.');

  // Who says goodbye is not missed.
  await jan.context.close();
  await expect(panel.getByText('Jan Wzorcowy')).toBeHidden();

  // The server's own fault is called so.
  await b.kill();
  await expect(panel.getByRole('status')).toContainText('Kłopot jest po stronie serwera.');
  await expect(panel.locator('[data-instance]').filter({ hasText: 'nie odpowiada' })).toHaveCount(
    1,
  );
  await redis.kill();
  await expect(panel).toHaveAttribute('data-verdict', 'server');
  await redis.up();

  // And a server that is gone cannot be told from a network that is.
  await a.kill();
  await expect(panel.getByRole('status')).toContainText(
    'To urządzenie nie może połączyć się z serwerem.',
  );
  await Promise.all([ada.context.close(), lead.close(), wifi.stop(), b.stop(), a.stop()]);
  await redis.stop();
});
