import { expect, test } from '@playwright/test';
import { addCard, card, editCard, saved } from './support/board';
import { Pathboard, Redis } from './support/processes';
import { createWorkshop, memberJoins } from './support/workshop';

test('what is typed offline is kept on the device, said to be, and arrives later', async ({
  browser,
}) => {
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const ada = await memberJoins(browser, server.url, created, 'Ada Przykładowa', 'Rudziki');
  const jan = await memberJoins(browser, server.url, created, 'Jan Wzorcowy', 'Rudziki');
  await addCard(ada.page, 'problem', 'Problem', 'Gdzie posadzić drzewa');
  await saved(ada.page);
  // The shell must be on the device before the network goes.
  await ada.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

  await server.kill();
  await editCard(ada.page, 'Gdzie posadzić');
  await ada.page.keyboard.type(' w śródmieściu');
  await ada.page.keyboard.press('Escape');
  await addCard(ada.page, 'data', 'Dane', 'Temperatura z satelity');
  await expect(ada.page.locator('[data-save]')).toHaveAttribute('data-save', 'device');
  await expect(ada.page.getByText(/tylko na tym urządzeniu/).first()).toBeVisible();

  // The page can be closed and opened again without any network.
  await ada.page.reload();
  await expect(card(ada.page, 'Gdzie posadzić drzewa w śródmieściu')).toBeVisible();
  await expect(ada.page.locator('[data-save]')).toHaveAttribute('data-save', 'device');

  await server.up();
  await saved(ada.page);
  await expect(card(jan.page, 'Gdzie posadzić drzewa w śródmieściu')).toBeVisible();
  await expect(card(jan.page, 'Temperatura z satelity')).toBeVisible();
  await Promise.all([ada.context.close(), jan.context.close()]);
  await server.stop();
});

test('a server killed in mid-typing loses nothing it acknowledged', async ({ browser }) => {
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const ada = await memberJoins(browser, server.url, created, 'Ada Przykładowa', 'Sikory');
  const jan = await memberJoins(browser, server.url, created, 'Jan Wzorcowy', 'Sikory');
  await addCard(ada.page, 'problem', 'Problem', 'Start:');
  await expect(card(jan.page, 'Start:')).toBeVisible();
  await editCard(ada.page, 'Start:');
  const text = ' do żłobka idzie się dłużej niż kwadrans, a nie wiemy, ilu dzieci to dotyczy';
  const typing = ada.page.keyboard.type(text, { delay: 25 });
  await expect(card(jan.page, 'dłużej')).toBeVisible();
  await server.kill();
  await typing;
  await server.up();
  await saved(ada.page);
  await expect(card(jan.page, `Start:${text}`)).toBeVisible();
  await ada.page.keyboard.press('Escape');

  // A browser that knows nothing sees what the server has.
  const eva = await memberJoins(browser, server.url, created, 'Ewa Zmyślona', 'Sikory');
  await expect(card(eva.page, `Start:${text}`)).toBeVisible();
  await Promise.all([ada.context.close(), jan.context.close(), eva.context.close()]);
  await server.stop();
});

test('Redis killed in the middle of the workshop: edits wait and are saved when it is back', async ({
  browser,
}) => {
  const redis = await Redis.start();
  const [a, b] = await Promise.all([Pathboard.start({ redis }), Pathboard.start({ redis })]);
  const created = await createWorkshop(a.url);
  const ada = await memberJoins(browser, a.url, created, 'Ada Przykładowa', 'Sikory');
  const jan = await memberJoins(browser, b.url, created, 'Jan Wzorcowy', 'Sikory');
  await addCard(ada.page, 'problem', 'Problem', 'Przed awarią');
  await expect(card(jan.page, 'Przed awarią')).toBeVisible();
  await saved(ada.page);

  await redis.kill();
  await addCard(ada.page, 'problem', 'Notatka', 'W czasie awarii');
  await expect(ada.page.locator('[data-save]')).not.toHaveAttribute('data-save', 'saved');
  await redis.up();

  await saved(ada.page);
  await expect(card(jan.page, 'W czasie awarii')).toBeVisible();
  await addCard(jan.page, 'problem', 'Notatka', 'Po awarii');
  await expect(card(ada.page, 'Po awarii')).toBeVisible();
  await Promise.all([ada.context.close(), jan.context.close()]);
  await Promise.all([a.stop(), b.stop()]);
  await redis.stop();
});
