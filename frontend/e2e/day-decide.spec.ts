import { expect, type Page, test } from '@playwright/test';
import { Scripted, Tap } from './support/attendee';
import { accessible } from './support/axe';
import { addCard, card, saved } from './support/board';
import { Lead, type State } from './support/lead';
import { Pathboard, Redis } from './support/processes';
import { createWorkshop, kept, memberJoins } from './support/workshop';

// What is decided and by whom it is seen: votes across groups, private writing
// on one's own devices, what becomes of the workshop afterwards.

let server: Pathboard;
test.beforeAll(async () => {
  server = await Pathboard.start();
});
test.afterAll(() => server.stop());

const dialog = (page: Page) => page.getByRole('dialog');
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** All that reaches a page from the server. */
function tapped(page: Page): Tap {
  const tap = new Tap();
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => tap.add(payload)));
  page.on('response', (answer) => {
    if (answer.url().includes('/api/'))
      void answer.body().then(
        (body) => tap.add(body),
        () => undefined,
      );
  });
  return tap;
}

test('votes go to cards of all groups within one budget, and stay secret until they are closed', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const lead = new Lead(server.url, created);
  const ada = await memberJoins(browser, server.url, created, 'Ada', 'Pustułki');
  const jan = await memberJoins(browser, server.url, created, 'Jan', 'Sikory');
  await addCard(ada.page, 'problem', 'Problem', 'Pustostany');
  await saved(ada.page);
  await addCard(jan.page, 'problem', 'Problem', 'Kolejki w urzędzie');
  await saved(jan.page);
  const context = await browser.newContext();
  const console = await context.newPage();
  const wall = await context.newPage();
  const taps = [jan.page, console, wall].map(tapped);
  await console.goto(created.links.facilitator);
  await wall.goto(created.links.projector);
  await console.getByRole('tab', { name: 'Zadania' }).click();
  const vote = console.getByRole('region', { name: 'Głosowanie', exact: true });
  await vote.getByLabel('O czym głosujemy').fill('Co najpierw?');
  await vote.getByLabel('Gdzie stawiać kropki').selectOption('na tablicach wszystkich grup');
  await vote.getByLabel('Kropek na osobę').fill('3');
  await vote.getByLabel('Najwięcej na jedną kartkę').fill('2');
  await vote.getByRole('button', { name: 'Otwórz głosowanie' }).click();

  // Two dots at home, then over to another group's board with the rest of them.
  const more = (page: Page, text: string) =>
    card(page, text).getByRole('button', { name: 'Dodaj kropkę' });
  await more(ada.page, 'Pustostany').click();
  await more(ada.page, 'Pustostany').click();
  await expect(card(ada.page, 'Pustostany').locator('[data-dots="2"]')).toBeVisible();
  await expect(more(ada.page, 'Pustostany')).toBeDisabled(); // two on a card are the most
  await ada.page.getByRole('button', { name: 'Głosuj: została 1 kropka' }).click();
  await dialog(ada.page)
    .getByRole('link', { name: /Sikory/ })
    .click();
  await expect(card(ada.page, 'Kolejki')).toBeVisible();
  await expect(
    ada.page.locator('#stage-problem').getByRole('button', { name: /^Dodaj kartkę/ }),
  ).toHaveCount(0); // a guest reads and votes, and changes nothing
  await more(ada.page, 'Kolejki').click();
  await expect(ada.page.getByRole('button', { name: 'Głosuj: zostało 0 kropek' })).toBeVisible();
  await expect(more(ada.page, 'Kolejki')).toBeDisabled();
  await more(jan.page, 'Kolejki').click();
  await jan.page.getByRole('button', { name: /^Głosuj/ }).click();
  await expect(dialog(jan.page).getByText('Zapisane.')).toBeVisible();
  await jan.page.keyboard.press('Escape');

  // The server holds the budget too, whatever a browser says.
  const { workshop } = await lead.send<State>('GET', '');
  const poll = workshop.polls[0]?.id ?? '';
  const cheat = new Scripted(server.url, 'Ola', 'Zieleń');
  await cheat.join(created.joinCode);
  const [economy, services] = [created.workshop.groups[1]?.id, created.workshop.groups[3]?.id];
  const id = async (page: Page, text: string) =>
    ((await card(page, text).getAttribute('id')) ?? '').replace('card-', '');
  const [vacant, queue] = [await id(jan.page, 'Kolejki'), await id(ada.page, 'Kolejki')];
  expect(vacant).toBe(queue);
  const put = (dots: object[]) => cheat.command('PUT', `polls/${poll}/ballot`, { dots });
  await expect(
    put([
      { groupId: economy, card: 'x', dots: 2 },
      { groupId: services, card: queue, dots: 2 },
    ]),
  ).rejects.toThrow('over-budget');
  await expect(put([{ groupId: services, card: queue, dots: 3 }])).rejects.toThrow(/422/);

  // Nobody has heard of anybody's dots: neither members, nor console, nor projector.
  await lead.send('POST', 'announcements', { text: 'Jeszcze minuta głosowania' });
  await expect(jan.page.getByText('Jeszcze minuta głosowania')).toBeVisible();
  await expect(console.getByText('Do zamknięcia nikt nie widzi')).toBeVisible();
  const open = (await lead.send<State>('GET', '')).workshop.polls[0];
  expect(open?.results ?? []).toEqual([]);
  const seen = taps.map((t) => t.seen.map(String).join('\n'));
  for (const text of seen) expect(text).not.toMatch(/"dots":2[^}]*"card"|"card"[^}]*"dots":2/);

  await vote.getByRole('button', { name: 'Zamknij i policz' }).click();
  const chart = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });
  for (const [text, group, dots] of [
    ['Pustostany', 'Grupa Pustułki', '2 kropki'],
    ['Kolejki', 'Grupa Sikory', '2 kropki'],
  ] as const) {
    await expect(chart(console, text)).toContainText(group);
    await expect(chart(console, text)).toContainText(dots);
    await expect(chart(console, text).locator('.bar')).toHaveCount(1);
  }
  await lead.send('PATCH', 'screen', { mode: 'votes' });
  await expect(wall.getByRole('heading', { name: 'Co najpierw?' })).toBeVisible();
  await expect(wall.getByRole('listitem').filter({ hasText: 'Pustostany' })).toContainText('2');
  await jan.page.getByRole('button', { name: 'Wyniki głosowania' }).click();
  await expect(chart(jan.page, 'Pustostany')).toContainText('2 kropki');
  cheat.leave();
  await Promise.all([ada.context.close(), jan.context.close(), context.close()]);
});

test('private writing is on all of a person’s own devices, and on nobody else’s', async ({
  browser,
}) => {
  const redis = await Redis.start();
  const [a, b] = await Promise.all([Pathboard.start({ redis }), Pathboard.start({ redis })]);
  const created = await createWorkshop(a.url);
  const lead = new Lead(a.url, created);
  const ada = await memberJoins(browser, a.url, created, 'Ada', 'Pustułki');
  const jan = await memberJoins(browser, b.url, created, 'Jan', 'Pustułki');
  const context = await browser.newContext();
  const [console, wall] = [await context.newPage(), await context.newPage()];
  const taps = [jan.page, console, wall].map(tapped);
  await console.goto(created.links.facilitator);
  await wall.goto(created.links.projector.replace(a.url, b.url));
  const round = (await lead.send<State>('POST', 'writings', { stageId: 'problem' })).workshop
    .writing?.id;

  // Ada's phone is on the other instance: what she wrote on the laptop is there.
  const { token } = await ada.page.evaluate(async (id) => {
    const ring = JSON.parse(localStorage.getItem('pathboard.workshops') ?? '[]') as {
      workshopId: string;
      token: string;
    }[];
    const own = ring.find((r) => r.workshopId === id)?.token ?? '';
    const answer = await fetch(`/api/workshops/${id}/me/devices`, {
      method: 'POST',
      headers: { authorization: `Bearer ${own}` },
    });
    return (await answer.json()) as { token: string };
  }, created.workshop.id);
  const pocket = await browser.newContext(phone);
  const second = await pocket.newPage();
  await second.goto(`${b.url}/member#${token}`);
  await ada.page.getByRole('button', { name: 'Pisz po cichu' }).click();
  await ada.page.getByLabel('Notatka 1').fill('CICHA-MYSL');
  await expect(dialog(ada.page).getByText('Zapisane.')).toBeVisible();
  await second.getByRole('button', { name: 'Pisz po cichu' }).click();
  await expect(second.getByLabel('Notatka 1')).toHaveValue('CICHA-MYSL');
  await second.getByRole('button', { name: 'Następna notatka' }).click();
  await second.getByLabel('Notatka 2').fill('DRUGA-MYSL');
  await expect(dialog(second).getByText('Zapisane.')).toBeVisible();
  // Both write in the same moment, and either has what the other wrote.
  const both = [
    [ada.page, 'TRZECIA-MYSL'],
    [second, 'CZWARTA-MYSL'],
  ] as const;
  await expect(ada.page.getByLabel('Notatka 2')).toHaveValue('DRUGA-MYSL');
  await Promise.all(
    both.map(async ([page, text]) => {
      await page.getByRole('button', { name: 'Następna notatka' }).click();
      await page
        .getByLabel(/^Notatka \d/)
        .last()
        .fill(text);
    }),
  );
  const written = (page: Page): Promise<string[]> =>
    page.getByLabel(/^Notatka \d/).evaluateAll((list) =>
      list
        .map((e) => (e as HTMLTextAreaElement).value)
        .filter(Boolean)
        .sort(),
    );
  for (const [page] of both)
    await expect
      .poll(() => written(page))
      .toEqual(['CICHA-MYSL', 'CZWARTA-MYSL', 'DRUGA-MYSL', 'TRZECIA-MYSL']);
  await ada.page.reload();
  await ada.page.getByRole('button', { name: 'Pisz po cichu' }).click();
  await expect(ada.page.getByLabel('Notatka 2')).toHaveValue('DRUGA-MYSL');
  await ada.page.keyboard.press('Escape');
  await second.keyboard.press('Escape');

  // Something else goes round all of them; then what came is looked through.
  await lead.send('POST', 'announcements', { text: 'Jeszcze minuta' });
  await expect(jan.page.getByText('Jeszcze minuta')).toBeVisible();
  for (const tap of taps)
    for (const text of ['CICHA-MYSL', 'DRUGA-MYSL']) expect(tap.has(text)).toBe(false);
  await lead.send('POST', `writings/${round ?? ''}/reveal`);
  for (const page of [jan.page, ada.page, second])
    for (const text of ['CICHA-MYSL', 'DRUGA-MYSL', 'TRZECIA-MYSL', 'CZWARTA-MYSL'])
      await expect(card(page, text)).toHaveCount(1);
  await Promise.all([ada.context, jan.context, context, pocket].map((c) => c.close()));
  await Promise.all([a.stop(), b.stop()]);
  await redis.stop();
});

test('a day is rehearsed with the demonstration, and a past workshop begins the next one', async ({
  browser,
}) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${server.url}/create`);
  await accessible(page);
  await page.getByRole('button', { name: 'Zacznij próbę' }).click();
  await expect(page.getByRole('heading', { name: 'Warsztat jest gotowy' })).toBeVisible();
  await page.getByRole('button', { name: 'Przejdź do konsoli' }).click();
  await expect(page.getByRole('tab', { name: '23 uczestników' })).toBeVisible();
  const groups = await page.getByRole('heading', { level: 3, name: /^Grupa / }).allInnerTexts();
  expect(groups).toHaveLength(4);
  await page.getByRole('button', { name: /^Rozpocznij: Powitanie/ }).click();
  await page.getByRole('button', { name: /^Dalej: / }).click();
  await page.getByRole('button', { name: /^Dalej: / }).click();
  await page.getByRole('tab', { name: '23 uczestników' }).click();
  await page.getByRole('button', { name: /Utwórz grupy|Przetasuj/ }).click();
  await expect(page.locator('[data-summary]')).toContainText('osób: 5–6');
  await page.getByRole('tab', { name: 'Przebieg i grupy' }).click();
  await page.getByRole('button', { name: /^Dalej: / }).click();
  await expect(page.locator('[data-timer]').first()).toContainText(/\d:\d\d/);

  // The plan is made one's own, the workshop is over and kept in the archive.
  await page.getByRole('button', { name: 'Zmień plan' }).click();
  await page.getByLabel('Nazwa fazy 2').fill('Dlaczego dane?');
  await page.getByLabel('Minuty fazy 2').fill('33');
  await dialog(page).getByRole('button', { name: 'Zapisz', exact: true }).click();
  await expect(dialog(page)).toHaveCount(0);
  await page.getByRole('link', { name: 'Ustawienia', exact: true }).click();
  await page.getByRole('tab', { name: 'Po warsztacie' }).click();
  await page.getByRole('button', { name: 'Zarchiwizuj warsztat' }).click();
  await expect(page.getByRole('button', { name: 'Otwórz ponownie' })).toBeVisible();

  // Its stages, areas, plan and groups are there again; its people and cards are not.
  await page.getByRole('button', { name: 'Utwórz podobny warsztat' }).click();
  await expect(page.getByLabel('Nazwa grupy 4')).toHaveValue(groups[3] ?? '');
  await page.getByRole('button', { name: 'Utwórz warsztat' }).click();
  await page.getByRole('button', { name: 'Przejdź do konsoli' }).click();
  await expect(page.getByRole('tab', { name: 'Uczestnicy', exact: true })).toBeVisible();
  const plan = page.getByRole('listitem').filter({ hasText: 'Dlaczego dane?' });
  await expect(plan).toContainText('33 minuty');
  for (const name of groups)
    await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
  await expect(
    page
      .getByText('jeszcze bez zmian')
      .or(page.getByText(/zmiana/))
      .first(),
  ).toBeVisible();
  await context.close();
});

test('whoever has a page open is told that the workshop was deleted, on every page', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const lead = new Lead(server.url, created);
  const ids = [created.workshop.id, ...created.workshop.groups.map((g) => g.id)];
  await lead.send('PUT', 'outcome/share', { days: 30 });
  const { link } = await lead.send<{ link: string }>('POST', 'outcome/links');
  const ada = await memberJoins(browser, server.url, created, 'Ada', 'Pustułki');
  await ada.page.getByRole('link', { name: 'Wynik warsztatu' }).click();
  await expect(ada.page.getByRole('heading', { name: created.workshop.title })).toBeVisible();
  const mine = await ada.context.newPage();
  await mine.goto(`${server.url}/w/${created.workshop.id}/me`);
  await expect(mine.getByRole('heading', { name: 'Urządzenia i linki' })).toBeVisible();
  const context = await browser.newContext();
  const open = async (path: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(path);
    await expect(page.getByText(created.workshop.title).first()).toBeVisible();
    return page;
  };
  const console = await open(created.links.facilitator);
  const manage = await open(`${server.url}/w/${created.workshop.id}/manage`);
  const wall = await (await browser.newContext()).newPage();
  await wall.goto(created.links.projector);
  await expect(wall.getByText(created.workshop.title).first()).toBeVisible();
  const reader = await (await browser.newContext()).newPage();
  await reader.goto(link);
  await expect(reader.getByRole('heading', { name: created.workshop.title })).toBeVisible();

  await lead.send('POST', 'delete', { title: created.workshop.title });
  const told = (page: Page) => page.getByRole('heading', { name: /Ten warsztat został usunięty/ });
  for (const page of [mine, console, manage, wall]) await expect(told(page)).toBeVisible();
  // The outcome is a page for reading: it asks when somebody comes back to it.
  for (const page of [ada.page, reader]) {
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await expect(told(page)).toBeVisible();
  }
  await ada.page.reload();
  await expect(told(ada.page)).toBeVisible();
  for (const page of [ada.page, console, wall, reader])
    await expect.poll(() => kept(page, ids)).toEqual([]);
  await Promise.all([ada.page, console, wall, reader].map((p) => p.context().close()));
});
