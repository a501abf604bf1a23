import { expect, type Page, test } from '@playwright/test';
import { addCard, card, saved } from './support/board';
import { Pathboard, Redis } from './support/processes';
import { SlowLine } from './support/slowline';
import { createWorkshop, memberJoins } from './support/workshop';

/** The web app of this page, by the name of its entry. */
const app = (page: Page): Promise<string | null> =>
  page.locator('script[type=module][src]').first().getAttribute('src');

/** A change of phase, by whichever instance. */
async function skip(base: string, id: string, token: string): Promise<void> {
  const answer = await fetch(`${base}/api/workshops/${id}/phase`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'if-match': '*',
    },
    body: JSON.stringify({ action: 'skip' }),
  });
  expect(answer.status).toBe(200);
}

test('browsers and instances of two releases work together while instances are replaced', async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const binary = process.env['PATHBOARD_OLD_BINARY'];
  if (!binary) throw new Error('PATHBOARD_OLD_BINARY names the older program: make skew');
  const redis = await Redis.start();
  const older = await Pathboard.start({ redis, binary });
  const line = await SlowLine.start(older.port);
  const created = await createWorkshop(older.url);
  const { id } = created.workshop;
  const ada = await memberJoins(browser, line.url, created, 'Ada Przykładowa', 'Pustułki');
  await addCard(ada.page, 'problem', 'Problem', 'Zapisane przez starszy serwer');
  await saved(ada.page);

  // A newer instance beside it: two releases serve one board.
  const newer = await Pathboard.start({ redis });
  const jan = await memberJoins(browser, newer.url, created, 'Jan Wzorcowy', 'Pustułki');
  await expect(card(jan.page, 'Zapisane przez starszy serwer')).toBeVisible();
  expect(await app(jan.page)).not.toBe(await app(ada.page));
  await addCard(jan.page, 'problem', 'Notatka', 'Z nowszej aplikacji');
  await expect(card(ada.page, 'Z nowszej aplikacji')).toBeVisible();
  await skip(newer.url, id, created.tokens.facilitator);
  await skip(older.url, id, created.tokens.facilitator);
  for (const page of [ada.page, jan.page])
    await expect(page.getByRole('timer').first()).toBeVisible();

  // The older instance goes; its browsers go on with the newer one.
  line.turn(newer.port);
  await older.terminate();
  await addCard(ada.page, 'data', 'Dane', 'Starsza aplikacja, nowszy serwer');
  await saved(ada.page);
  await expect(card(jan.page, 'Starsza aplikacja, nowszy serwer')).toBeVisible();
  const before = await app(ada.page);
  await ada.page.reload();
  await expect(card(ada.page, 'Starsza aplikacja, nowszy serwer')).toBeVisible();
  await saved(ada.page);

  // And back: the newer instance goes, its browsers go on with an older one.
  await older.up();
  const back = await SlowLine.start(newer.port);
  const ola = await memberJoins(browser, back.url, created, 'Ola Testowa', 'Pustułki');
  await saved(ola.page);
  expect(await app(ola.page)).not.toBe(before);
  back.turn(older.port);
  line.turn(older.port);
  await newer.terminate();
  await addCard(ola.page, 'data', 'Dane', 'Nowsza aplikacja, starszy serwer');
  await saved(ola.page);
  await expect(card(ada.page, 'Nowsza aplikacja, starszy serwer')).toBeVisible();

  await Promise.all([ada.context.close(), jan.context.close(), ola.context.close()]);
  await Promise.all([line.stop(), back.stop(), older.stop(), newer.stop()]);
  await redis.stop();
});
