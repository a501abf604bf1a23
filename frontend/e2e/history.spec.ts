import { expect, type Page, test } from '@playwright/test';
import { accessible } from './support/axe';
import { addCard, card, editCard, saved, stage, texts } from './support/board';
import { Pathboard, Redis } from './support/processes';
import { type Created, createWorkshop, memberJoins } from './support/workshop';

/** The history of the board that is open, by its button. */
async function openHistory(page: Page) {
  await saved(page);
  await page.getByRole('button', { name: 'Historia tablicy' }).click();
  const dialog = page.getByRole('dialog', { name: 'Historia tablicy' });
  const slider = dialog.getByRole('slider', { name: 'Chwila' });
  await expect(slider).toBeVisible();
  return {
    dialog,
    slider,
    past: (text: string) => dialog.locator('article').filter({ hasText: text }),
    says: (text: RegExp) => expect(slider).toHaveAttribute('aria-valuetext', text),
  };
}

/** Leads the day: each command changes its phase. */
async function phase(server: Pathboard, created: Created, commands: object[]): Promise<void> {
  for (const command of commands) {
    const answer = await fetch(`${server.url}/api/workshops/${created.workshop.id}/phase`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${created.tokens.facilitator}`,
        'content-type': 'application/json',
        'if-match': '*',
      },
      body: JSON.stringify(command),
    });
    expect(answer.status).toBe(200);
  }
}

for (const site of ['one instance on the embedded store', 'two instances on Redis']) {
  test(`the history of a board is seen, played and restored: ${site}`, async ({ browser }) => {
    test.slow();
    const redis = site.includes('Redis') ? await Redis.start() : null;
    const a = await Pathboard.start(redis ? { redis } : {});
    const b = redis ? await Pathboard.start({ redis }) : a;
    const created = await createWorkshop(a.url);
    const ada = await memberJoins(browser, a.url, created, 'Ada Przykładowa', 'Pustułki');
    const jan = await memberJoins(browser, b.url, created, 'Jan Wzorcowy', 'Pustułki');

    await addCard(ada.page, 'problem', 'Problem', 'Pustostany stoją latami');
    await saved(ada.page);
    await expect(card(jan.page, 'Pustostany')).toBeVisible();
    await editCard(jan.page, 'Pustostany');
    await jan.page.keyboard.type(', a kolejka rośnie');
    await jan.page.keyboard.press('Escape');
    await saved(jan.page);
    await phase(a, created, [{ action: 'skip' }]);
    await addCard(ada.page, 'problem', 'Notatka', 'Notatka do usunięcia');
    await saved(ada.page);
    await expect(card(jan.page, 'Notatka do usunięcia')).toBeVisible();
    await card(jan.page, 'Notatka do usunięcia').focus();
    await jan.page.keyboard.press('Delete');
    await expect(card(ada.page, 'Notatka do usunięcia')).toBeHidden();
    await saved(jan.page);

    // Ada sees who did what, with the keyboard alone.
    const seen = await openHistory(ada.page);
    await seen.says(/^\d\d:\d\d, Jan Wzorcowy: 1 usunięta kartka$/);
    await expect(seen.past('Notatka do usunięcia').getByText('usunięta')).toBeVisible();
    await accessible(ada.page);
    await seen.slider.focus();
    await ada.page.keyboard.press('ArrowLeft');
    await seen.says(/Ada Przykładowa: 1 nowa kartka/);
    await expect(
      seen.past('Notatka do usunięcia').getByText('nowa', { exact: true }),
    ).toBeVisible();
    await ada.page.keyboard.press('ArrowLeft');
    await seen.says(/Jan Wzorcowy: 1 zmieniona kartka/);
    await expect(seen.past('Pustostany').locator('ins')).toContainText(', a kolejka rośnie');
    await ada.page.keyboard.press('Home');
    await seen.says(/Początek historii/);
    await expect(seen.dialog.locator('article')).toHaveCount(0);

    // The phase of the day that began meanwhile is a place to go to.
    await expect(seen.dialog.getByRole('button', { name: /Początek: Powitanie/ })).toBeVisible();
    await seen.dialog.getByLabel('Faza').selectOption({ index: 1 });
    await seen.says(/Jan Wzorcowy: 1 zmieniona kartka/);
    await expect(seen.dialog.locator('article')).toHaveCount(1);
    await ada.page.keyboard.press('Home');

    // As a film it comes to its end by itself.
    await seen.dialog.getByLabel('Tempo').selectOption('4×');
    await seen.dialog.getByRole('button', { name: 'Odtwórz jak film' }).click();
    await expect(seen.dialog.getByRole('button', { name: 'Zatrzymaj film' })).toBeVisible();
    await seen.says(/1 usunięta kartka/);
    await expect(seen.dialog.getByRole('button', { name: 'Odtwórz jak film' })).toBeVisible();

    // One card comes back; the other keeps what was written since.
    await seen
      .past('Notatka do usunięcia')
      .getByRole('button', { name: 'Przywróć tę kartkę' })
      .click();
    await expect(seen.dialog.getByText(/Kartka jest znów taka jak/)).toBeVisible();
    await ada.page.keyboard.press('Escape');
    await expect(seen.dialog).toBeHidden();
    await expect(card(jan.page, 'Notatka do usunięcia')).toBeVisible();
    await expect(card(jan.page, 'a kolejka rośnie')).toBeVisible();

    // The whole board goes back to its first moment; newer cards are put aside.
    const whole = await openHistory(ada.page);
    await whole.slider.focus();
    await ada.page.keyboard.press('Home');
    await ada.page.keyboard.press('ArrowRight');
    await whole.says(/Ada Przykładowa: 1 nowa kartka/);
    await whole.dialog.getByRole('button', { name: 'Przywróć tablicę z tej chwili' }).click();
    const sure = ada.page.getByRole('dialog', { name: /Przywrócić tablicę z/ });
    await expect(sure).toContainText('1 kartka zmieni treść lub miejsce');
    await expect(sure).toContainText('1 nowsza kartka zostanie odłożona');
    await sure.getByRole('button', { name: 'Przywróć' }).click();
    await expect(card(jan.page, 'Notatka do usunięcia')).toBeHidden();
    await expect(card(jan.page, 'a kolejka rośnie')).toBeHidden();
    expect(await texts(jan.page, 'problem')).toEqual(['Pustostany stoją latami']);

    // And it is one step of Ada's undo, which leaves what Jan does meanwhile.
    await addCard(jan.page, 'data', 'Dane', 'Jan pisze dalej');
    await expect(card(ada.page, 'Jan pisze dalej')).toBeVisible();
    await ada.page.getByRole('button', { name: 'Cofnij' }).first().click();
    await expect(card(jan.page, 'Notatka do usunięcia')).toBeVisible();
    await expect(card(jan.page, 'a kolejka rośnie')).toBeVisible();
    await expect(card(jan.page, 'Jan pisze dalej')).toBeVisible();

    await Promise.all([ada.context.close(), jan.context.close()]);
    await a.stop();
    if (b !== a) await b.stop();
    await redis?.stop();
  });
}

test("history on a phone, frozen, and of somebody else's board", async ({ browser }) => {
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const phone = await memberJoins(browser, server.url, created, 'Ada Przykładowa', 'Sikory', {
    reducedMotion: 'reduce',
  });
  await addCard(phone.page, 'problem', 'Problem', 'Za mało cienia');
  await saved(phone.page);
  await phone.page.setViewportSize({ width: 390, height: 844 });
  const group = created.workshop.groups[3]?.id ?? '';
  const lead = {
    authorization: `Bearer ${created.tokens.facilitator}`,
    'content-type': 'application/json',
    'if-match': '*',
  };
  const frozen = await fetch(`${server.url}/api/workshops/${created.workshop.id}/groups/${group}`, {
    method: 'PATCH',
    headers: lead,
    body: '{"frozen":true}',
  });
  expect(frozen.status).toBe(200);
  await expect(phone.page.getByRole('button', { name: 'Cofnij' })).toHaveCount(0);

  // A phone has no button for it: the palette has.
  await phone.page.getByRole('button', { name: 'Szukaj', exact: false }).first().click();
  await phone.page.getByRole('combobox').fill('historia');
  await phone.page.keyboard.press('Enter');
  const dialog = phone.page.getByRole('dialog', { name: 'Historia tablicy' });
  await expect(dialog.getByText('Za mało cienia').first()).toBeVisible();
  await expect(dialog.getByText('historię można tylko oglądać')).toBeVisible();
  await expect(dialog.getByRole('button', { name: /Przywróć/ })).toHaveCount(0);
  expect(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(
    true,
  );
  await accessible(phone.page);
  await phone.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  // Those of another group may not see it, whatever they ask.
  const other = await memberJoins(browser, server.url, created, 'Jan Wzorcowy', 'Rudziki');
  await expect(stage(other.page, 'problem')).toBeAttached();
  const token = await other.page.evaluate(
    () =>
      (JSON.parse(localStorage.getItem('pathboard.workshops') ?? '[]') as { token: string }[])[0]
        ?.token,
  );
  const film = await fetch(
    `${server.url}/api/workshops/${created.workshop.id}/groups/${group}/history/film`,
    {
      headers: { authorization: `Bearer ${token}` },
    },
  );
  expect(film.status).toBe(403);
  await Promise.all([phone.context.close(), other.context.close()]);
  await server.stop();
});
