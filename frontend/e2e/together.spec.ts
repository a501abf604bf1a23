import { expect, test } from '@playwright/test';
import { addCard, card, editCard, saved, stage, texts } from './support/board';
import { Pathboard, Redis } from './support/processes';
import { createWorkshop, memberJoins } from './support/workshop';

interface Site {
  name: string;
  start(): Promise<{ a: Pathboard; b: Pathboard; stop(): Promise<void> }>;
}

const sites: Site[] = [
  {
    name: 'one instance on the embedded store',
    start: async () => {
      const a = await Pathboard.start();
      return { a, b: a, stop: () => a.stop() };
    },
  },
  {
    name: 'two instances on Redis',
    start: async () => {
      const redis = await Redis.start();
      const [a, b] = await Promise.all([Pathboard.start({ redis }), Pathboard.start({ redis })]);
      return {
        a,
        b,
        stop: async () => {
          await Promise.all([a.stop(), b.stop()]);
          await redis.stop();
        },
      };
    },
  },
];

for (const site of sites) {
  test(`two members and a projector see one board: ${site.name}`, async ({ browser }) => {
    const { a, b, stop } = await site.start();
    try {
      const created = await createWorkshop(a.url);
      const ada = await memberJoins(browser, a.url, created, 'Ada Przykładowa', 'Pustułki');
      const jan = await memberJoins(browser, b.url, created, 'Jan Wzorcowy', 'Pustułki');
      const hall = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
      const projector = await hall.newPage();
      await projector.goto(created.links.projector.replace(a.url, b.url));

      await addCard(ada.page, 'problem', 'Problem', 'Pustostany stoją latami');
      await expect(card(jan.page, 'Pustostany stoją latami')).toBeVisible();
      await expect(projector.getByText('Pustostany stoją latami')).toBeVisible();

      // Two people type in one card at once: both texts are there, letter by letter.
      await editCard(ada.page, 'Pustostany');
      await editCard(jan.page, 'Pustostany');
      await jan.page.keyboard.press('Control+Home');
      await Promise.all([
        ada.page.keyboard.type(', a kolejka rośnie', { delay: 15 }),
        jan.page.keyboard.type('W Łodzi: ', { delay: 15 }),
      ]);
      const both = 'W Łodzi: Pustostany stoją latami, a kolejka rośnie';
      for (const page of [ada.page, jan.page]) {
        await expect(page.getByRole('textbox', { name: 'Treść kartki' })).toHaveValue(both);
      }
      await expect(projector.getByText(both)).toBeVisible();

      // Who is where is said by name.
      await expect(ada.page.locator('article').getByText('Jan Wzorcowy pisze…')).toBeVisible();
      await ada.page.keyboard.press('Escape');
      await jan.page.keyboard.press('Escape');

      // Undo takes back one's own changes only.
      await addCard(jan.page, 'problem', 'Notatka', 'Kartka Jana');
      await expect(card(ada.page, 'Kartka Jana')).toBeVisible();
      await ada.page.getByRole('button', { name: 'Cofnij' }).click();
      await expect(card(ada.page, 'W Łodzi: Pustostany stoją latami')).toBeVisible();
      await expect(card(ada.page, 'a kolejka rośnie')).toBeHidden();
      await expect(card(ada.page, 'Kartka Jana')).toBeVisible();

      // Moving, deleting.
      await card(ada.page, 'Kartka Jana').focus();
      await ada.page.keyboard.press('Control+ArrowRight');
      await expect(stage(jan.page, 'questions').getByText('Kartka Jana')).toBeVisible();
      await card(jan.page, 'Kartka Jana').focus();
      await jan.page.keyboard.press('Delete');
      await expect(card(ada.page, 'Kartka Jana')).toBeHidden();

      await saved(ada.page);
      await saved(jan.page);
      await Promise.all([ada.page.reload(), jan.page.reload()]);
      await expect(card(ada.page, 'W Łodzi')).toBeVisible();
      await expect(card(jan.page, 'W Łodzi')).toBeVisible();
      await expect
        .poll(async () => {
          const [hers, his] = [await texts(ada.page, 'problem'), await texts(jan.page, 'problem')];
          return hers.length > 0 && hers.join() === his.join();
        })
        .toBe(true);

      // The projector shows who is there, and enlarges a group.
      await projector.getByRole('button', { name: /Pustułki/ }).click();
      await expect(projector.getByText('W Łodzi: Pustostany stoją latami').first()).toBeVisible();
      await Promise.all([ada.context.close(), jan.context.close(), hall.close()]);
    } finally {
      await stop();
    }
  });
}

test('two people write the problem, and the summary of a stage, at once: both texts are kept', async ({
  browser,
}) => {
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const ada = await memberJoins(browser, server.url, created, 'Ada Przykładowa', 'Pustułki');
  const jan = await memberJoins(browser, server.url, created, 'Jan Wzorcowy', 'Pustułki');
  await addCard(ada.page, 'problem', 'Problem', 'Pustostany');
  await expect(card(jan.page, 'Pustostany')).toBeVisible();

  // Both begin a text that was not there: neither takes the other's away.
  const places = [
    {
      begin: 'Nazwijcie problem jednym zdaniem',
      field: 'Problem miasta',
      where: '.problem',
    },
    { begin: 'Dodaj podsumowanie', field: /^Podsumowanie/, where: '#stage-problem' },
  ];
  for (const { begin, field, where } of places) {
    const text = (page: typeof ada.page) =>
      page.locator(where).getByRole('textbox', { name: field });
    await Promise.all(
      [ada.page, jan.page].map((page) =>
        page.locator(where).getByRole('button', { name: begin }).click(),
      ),
    );
    for (const page of [ada.page, jan.page]) await expect(text(page)).toBeFocused();
    await Promise.all([
      ada.page.keyboard.type('Najpierw Ada. ', { delay: 15 }),
      jan.page.keyboard.type('A tu Jan. ', { delay: 15 }),
    ]);
    for (const page of [ada.page, jan.page]) {
      await expect(text(page)).toHaveValue(/Najpierw Ada\. /);
      await expect(text(page)).toHaveValue(/A tu Jan\. /);
    }
    // In what is there they write at both ends.
    await ada.page.keyboard.press('Control+Home');
    await jan.page.keyboard.press('Control+End');
    await Promise.all([
      ada.page.keyboard.type('Początek: ', { delay: 15 }),
      jan.page.keyboard.type('Koniec.', { delay: 15 }),
    ]);
    for (const page of [ada.page, jan.page])
      await expect(text(page)).toHaveValue(/^Początek: .*Koniec\.$/);
    expect(await text(ada.page).inputValue()).toBe(await text(jan.page).inputValue());
    await ada.page.keyboard.press('Escape');
    await jan.page.keyboard.press('Escape');
  }
  await saved(ada.page);
  await saved(jan.page);
  const shown = await ada.page.locator('.problem textarea').inputValue();
  await ada.page.reload();
  await expect(ada.page.locator('.problem textarea')).toHaveValue(shown);
  await Promise.all([ada.context.close(), jan.context.close()]);
  await server.stop();
});
