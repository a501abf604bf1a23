import { test } from '@playwright/test';
import { addCard, card, editCard, saved } from './support/board';
import { Pathboard } from './support/processes';
import { createWorkshop, memberJoins } from './support/workshop';

const folder = process.env['SHOTS'] ?? 'test-results/shots';

test('history as it looks', async ({ browser }) => {
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const ada = await memberJoins(browser, server.url, created, 'Ada Przykładowa', 'Pustułki', {
    viewport: { width: 1366, height: 768 },
  });
  const jan = await memberJoins(browser, server.url, created, 'Jan Wzorcowy', 'Pustułki');
  for (const text of [
    'Pustostany stoją latami',
    'Kolejka do mieszkań komunalnych rośnie',
    'Nie wiadomo, ile jest lokali',
  ]) {
    await addCard(ada.page, 'problem', 'Problem', text);
  }
  await addCard(jan.page, 'data', 'Dane', 'Rejestr lokali Zarządu Lokali Miejskich');
  await addCard(
    jan.page,
    'data',
    'Dane',
    'Zużycie wody z wodomierzy w kamienicach należących do miasta',
  );
  await saved(jan.page);
  await editCard(jan.page, 'Pustostany');
  await jan.page.keyboard.type(', a w kolejce czeka 9 tysięcy rodzin');
  await jan.page.keyboard.press('Escape');
  await card(jan.page, 'Nie wiadomo').focus();
  await jan.page.keyboard.press('Delete');
  await card(jan.page, 'Rejestr').focus();
  await jan.page.keyboard.press('Control+ArrowRight');
  await saved(jan.page);
  await saved(ada.page);
  const { page } = ada;
  await page.getByRole('button', { name: 'Historia tablicy' }).click();
  const slider = page.getByRole('slider', { name: 'Chwila' });
  await slider.waitFor();
  for (const [scheme, name] of [
    ['light', 'light'],
    ['dark', 'dark'],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: `${folder}/history-1366-${name}.png` });
  }
  await page.getByRole('button', { name: 'Poprzednia zmiana' }).click();
  await page.emulateMedia({ colorScheme: 'light' });
  await page.screenshot({ path: `${folder}/history-1366-prev.png` });
  await page.getByRole('button', { name: 'Przywróć tablicę z tej chwili' }).click();
  await page.screenshot({ path: `${folder}/history-confirm.png` });
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 390, height: 844 });
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: `${folder}/history-390-${scheme}.png` });
  }
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.screenshot({ path: `${folder}/history-1920-dark.png` });
  await Promise.all([ada.context.close(), jan.context.close()]);
  await server.stop();
});
