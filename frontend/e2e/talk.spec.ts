import { expect, test } from '@playwright/test';
import { addCard, card, saved } from './support/board';
import { Pathboard } from './support/processes';
import { createWorkshop, memberJoins } from './support/workshop';

test('a comment that names somebody rings their bell, and is read there', async ({ browser }) => {
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const jan = await memberJoins(browser, server.url, created, 'Jan Wzorcowy', 'Sikory');
  const ada = await memberJoins(browser, server.url, created, 'Ada Przykładowa', 'Sikory', {
    viewport: { width: 390, height: 844 },
  });
  await addCard(jan.page, 'problem', 'Problem', 'Wyspa ciepła');
  await expect(card(ada.page, 'Wyspa ciepła')).toBeVisible();
  await card(jan.page, 'Wyspa ciepła').focus();
  await jan.page.keyboard.press('c');
  await jan.page.getByLabel('Twój komentarz').fill('@Ada, masz te dane?');
  await jan.page.getByRole('button', { name: 'Dodaj komentarz' }).click();
  await saved(jan.page);

  // It is shown at once, and counted at the bell, also on a phone.
  const bell = ada.page.getByRole('button', { name: 'Powiadomienia: 1 nowe' });
  await expect(bell).toBeVisible();
  await bell.click();
  const panel = ada.page.getByRole('dialog', { name: 'Powiadomienia' });
  await expect(panel.getByText('Jan Wzorcowy zwraca się do Ciebie')).toBeVisible();
  await panel.getByRole('button', { name: /masz te dane/ }).click();
  await expect(ada.page.getByLabel('Twój komentarz')).toBeVisible();
  await ada.page.keyboard.press('Escape');
  await expect(ada.page.getByRole('button', { name: 'Powiadomienia', exact: true })).toBeVisible();

  // What was read stays read after a reload.
  await ada.page.reload();
  await expect(card(ada.page, 'Wyspa ciepła')).toBeVisible();
  await expect(ada.page.getByRole('button', { name: 'Powiadomienia', exact: true })).toBeVisible();
  await jan.context.close();
  await ada.context.close();
  await server.stop();
});
