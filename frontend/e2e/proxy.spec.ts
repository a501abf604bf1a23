import { expect, test } from '@playwright/test';
import { addCard, card, editCard, saved } from './support/board';
import { Pathboard } from './support/processes';
import { Proxy } from './support/proxy';
import { createWorkshop, memberJoins } from './support/workshop';

test('behind a proxy that refuses websockets a board lives, and takes the socket when there is one', async ({
  browser,
}) => {
  const server = await Pathboard.start();
  const proxy = await Proxy.start(server.port);
  const created = await createWorkshop(server.url);
  const ada = await memberJoins(browser, proxy.url, created, 'Ada Przykładowa', 'Rudziki');
  const jan = await memberJoins(browser, server.url, created, 'Jan Wzorcowy', 'Rudziki');
  await addCard(ada.page, 'problem', 'Problem', 'Gdzie posadzić drzewa');
  await saved(ada.page);
  await expect(card(jan.page, 'Gdzie posadzić drzewa')).toBeVisible();
  expect(proxy.passed).toBe(0);

  // Answers lost on the way neither lose nor double a letter.
  proxy.lose = 6;
  await editCard(ada.page, 'Gdzie posadzić');
  await ada.page.keyboard.type(' w śródmieściu, i które z nich przeżyją suszę', { delay: 15 });
  await ada.page.keyboard.press('Escape');
  await addCard(jan.page, 'data', 'Dane', 'Temperatura z satelity');
  const text = 'Gdzie posadzić drzewa w śródmieściu, i które z nich przeżyją suszę';
  await expect(card(jan.page, text)).toBeVisible();
  await expect(card(ada.page, 'Temperatura z satelity')).toBeVisible();
  await saved(ada.page);

  proxy.upgrades = 'pass';
  await expect.poll(() => proxy.passed, { timeout: 60_000 }).toBeGreaterThan(1);
  await addCard(ada.page, 'data', 'Dane', 'Już po gnieździe');
  await saved(ada.page);
  await expect(card(jan.page, 'Już po gnieździe')).toBeVisible();
  await Promise.all([ada.context.close(), jan.context.close()]);
  await Promise.all([proxy.stop(), server.stop()]);
});

test('behind a proxy that swallows websockets a board opens within seconds', async ({
  browser,
}) => {
  const server = await Pathboard.start();
  const proxy = await Proxy.start(server.port);
  proxy.upgrades = 'swallow';
  const created = await createWorkshop(server.url);
  const ada = await memberJoins(browser, proxy.url, created, 'Ada Przykładowa', 'Sikory');
  await saved(ada.page);
  await addCard(ada.page, 'problem', 'Problem', 'Cisza na łączu');
  await saved(ada.page);
  await ada.context.close();
  await Promise.all([proxy.stop(), server.stop()]);
});
