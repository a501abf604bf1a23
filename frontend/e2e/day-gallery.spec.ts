import { expect, type Page, test } from '@playwright/test';
import type * as Y from 'yjs';
import { addCard, card, saved } from './support/board';
import { focusKept, press, tabTo } from './support/keys';
import { knock } from './support/knock';
import { Lead, type State } from './support/lead';
import { Pathboard, Redis } from './support/processes';
import { createWorkshop, memberJoins } from './support/workshop';

// A gallery walk, on two instances: its visitors read, comment and vote by
// keyboard alone, and change nothing, whatever they send.

/** The token that a member's page works with. */
const tokenOf = (page: Page, workshop: string): Promise<string> =>
  page.evaluate((id) => {
    const ring = JSON.parse(localStorage.getItem('pathboard.workshops') ?? '[]') as {
      workshopId: string;
      token: string;
    }[];
    return ring.find((r) => r.workshopId === id)?.token ?? '';
  }, workshop);

const forgery = (doc: Y.Doc): void => {
  doc.getMap('meta').set('problem', 'Napisane przez gościa');
};

test('a visitor of the gallery reads, comments and votes by keyboard, and cannot change a card', async ({
  browser,
}) => {
  const redis = await Redis.start();
  const [a, b] = await Promise.all([Pathboard.start({ redis }), Pathboard.start({ redis })]);
  const created = await createWorkshop(a.url);
  const { id, groups } = created.workshop;
  const lead = new Lead(a.url, created);
  const host = await memberJoins(browser, a.url, created, 'Ada', 'Pustułki');
  await addCard(host.page, 'problem', 'Problem', 'Pustostany stoją latami');
  await addCard(host.page, 'problem', 'Problem', 'Kolejka rośnie');
  await saved(host.page);
  const guest = await memberJoins(browser, b.url, created, 'Jan', 'Jaskółki');
  const { page } = guest;
  const board = `board.${groups[1]?.id ?? ''}`;
  const token = await tokenOf(page, id);
  const before = await lead.send<{ cards: object[] }>('GET', `groups/${groups[1]?.id}/board`);
  expect(before.cards).toHaveLength(2);

  // Before the walk the other group's board is shut.
  expect(await knock(b.url, token, board, forgery)).toBe('shut out');
  await lead.send('POST', 'gallery', { action: 'start', minutes: 10 });
  expect(await knock(b.url, token, board, forgery)).toBe('refused');
  const poll = (
    await lead.send<State>('POST', 'polls', {
      title: 'Co najpierw?',
      across: true,
      dots: 2,
      perCard: 1,
    })
  ).workshop.polls[0]?.id;
  await press(page, page.getByRole('link', { name: /Idź do: Grupa Pustułki/ }));
  await expect(page.getByText('Możesz ją czytać i komentować')).toBeVisible();
  await focusKept(page, 'the visit began');

  // A dot by the key of the card, and another by its button.
  const vacant = card(page, 'Pustostany');
  await tabTo(page, vacant);
  await page.keyboard.press('+');
  await expect(page.getByRole('button', { name: 'Głosuj: została 1 kropka' })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(card(page, 'Kolejka')).toBeFocused();
  await press(page, card(page, 'Kolejka').getByRole('button', { name: 'Dodaj kropkę' }));
  await expect(page.getByRole('button', { name: 'Głosuj: zostało 0 kropek' })).toBeVisible();

  // No key of a card does anything to it.
  await tabTo(page, card(page, 'Kolejka'));
  for (const key of ['Enter', 'F2', 'Delete', 'Alt+ArrowUp', 'Alt+ArrowRight', 'Control+d', 'n'])
    await page.keyboard.press(key);
  await expect(page.getByRole('textbox', { name: 'Treść kartki' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /^Dodaj kartkę/ })).toHaveCount(0);
  await expect(page.locator('article')).toHaveCount(2);

  // A comment.
  await tabTo(page, card(page, 'Kolejka'));
  await page.keyboard.press('ArrowUp');
  await expect(vacant).toBeFocused();
  await press(page, vacant.getByRole('button', { name: 'Opcje kartki' }));
  await tabTo(page, page.getByLabel('Twój komentarz'));
  await page.keyboard.type('U nas też');
  await press(page, page.getByRole('button', { name: 'Dodaj komentarz' }));
  await expect(page.getByText('U nas też')).toBeVisible();
  await page.keyboard.press('Escape');

  // Bare sockets and the API hold the same line, with the visitor's own token.
  for (const instance of [a.url, b.url])
    expect(await knock(instance, token, board, forgery)).toBe('refused');
  const answer = await fetch(`${b.url}/api/workshops/${id}/groups/${groups[1]?.id}/board`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...before, problem: 'Napisane przez gościa' }),
  });
  expect(answer.status).toBe(403);
  const after = await lead.send<{ cards: object[]; comments: object[] }>(
    'GET',
    `groups/${groups[1]?.id}/board`,
  );
  expect(after).toEqual({
    ...before,
    exportedAt: expect.any(String),
    comments: [expect.objectContaining({ text: 'U nas też' })],
  });

  // Home again: the walk is over, the dots stay, and the board is shut once more.
  await lead.send('POST', 'gallery', { action: 'stop' });
  await expect(page.getByRole('heading', { name: 'Grupa Jaskółki' })).toBeVisible();
  const closed = await lead.send<State>('POST', `polls/${poll}/close`);
  expect(closed.workshop.polls[0]).toMatchObject({
    voters: 1,
    results: [{ dots: 1 }, { dots: 1 }],
  });
  for (const instance of [a.url, b.url])
    await expect.poll(() => knock(instance, token, board, forgery)).toBe('shut out');
  await host.page.getByRole('button', { name: 'Wyniki głosowania' }).click();
  for (const text of ['Pustostany', 'Kolejka'])
    await expect(host.page.getByRole('row').filter({ hasText: text })).toContainText('1 kropka');
  await Promise.all([host.context.close(), guest.context.close()]);
  await Promise.all([a.stop(), b.stop()]);
  await redis.stop();
});
