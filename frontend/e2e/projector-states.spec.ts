import { type Browser, expect, type Page, test } from '@playwright/test';
import { accessible } from './support/axe';
import { editCard } from './support/board';
import { harshHall } from './support/harsh';
import { Lead, type State } from './support/lead';
import { Pathboard } from './support/processes';
import { type Created, createWorkshop, joinWorkshop, memberJoins } from './support/workshop';

// The projector in all its modes, where names must not be seen, and where what
// it shows changes, ends or was never there.

let server: Pathboard;
test.beforeAll(async () => {
  server = await Pathboard.start();
});
test.afterAll(() => server.stop());

async function open(browser: Browser, created: Created, options: object): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(created.links.projector);
  await expect(mode(page)).toBeAttached();
  return page;
}

const hd = { viewport: { width: 1920, height: 1080 } };
const mode = (page: Page) => page.locator('.wall[data-mode]');
const card = (n: number, fields: object) => ({ id: `c${n}`, order: `a${n}V`, ...fields });

/** Everything that can be read out of a page, and what it keeps. */
const everything = (page: Page): Promise<string> =>
  page.evaluate(() =>
    [
      document.documentElement.outerHTML,
      ...[...document.querySelectorAll('input, textarea')].map(
        (e) => (e as HTMLInputElement).value,
      ),
      JSON.stringify(localStorage),
    ].join('\n'),
  );

test('with names hidden nobody is named in any mode, nor in what the page keeps; each mode is for all', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const lead = new Lead(server.url, created);
  const [, , rudziki] = created.workshop.groups;
  const groupId = rudziki?.id ?? '';
  const names = ['Jadwiga Ćwiekowa', 'Żelisław Pąk', 'Ola Prezentująca'];
  await lead.send('PUT', `groups/${groupId}/board`, {
    meta: { problem: 'Nie wiemy, gdzie posadzić drzewa.' },
    cards: [
      card(1, { kind: 'problem', stage: 'problem', text: 'Upał w śródmieściu', createdAt: 1 }),
      card(2, { kind: 'solution', stage: 'solution', text: 'Donice', createdAt: 2 }),
      card(3, {
        kind: 'action',
        stage: 'problem',
        text: 'Uzgodnić bufory',
        owner: names[0],
        due: '2027-03-15',
        createdAt: 3,
      }),
    ],
    comments: [{ id: 'k', card: 'c1', text: `Zapytaj: ${names[1]}`, createdAt: 4 }],
  });
  const [jadwiga, zelislaw] = await Promise.all(
    names.slice(0, 2).map((name) => joinWorkshop(server.url, created.joinCode, name, groupId)),
  );
  const { page: member } = await memberJoins(
    browser,
    server.url,
    created,
    names[2] ?? '',
    'Rudziki',
  );
  const as = (token: string | undefined, method: string, path: string, body: object) =>
    fetch(`${server.url}/api/workshops/${created.workshop.id}/${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  const { workshop } = await lead.send<State>('POST', 'polls', {
    title: 'Co najpierw?',
    across: true,
    dots: 3,
    perCard: 3,
  });
  const poll = workshop.polls.at(-1)?.id ?? '';
  await as(jadwiga?.token, 'PUT', `polls/${poll}/ballot`, {
    dots: [{ groupId, card: 'c2', dots: 3 }],
  });
  await lead.send('POST', `polls/${poll}/close`, {});
  await as(zelislaw?.token, 'POST', 'help', { text: 'Kto ma dane?' });
  await lead.send('PUT', 'warmup', { question: 'Skąd przychodzisz?' });
  await as(zelislaw?.token, 'PUT', 'warmup/mine', { text: 'Z Bałut' });

  // One as large as the hall's, one enlarged to 200 % in colours of its own.
  const hall = await open(browser, created, hd);
  const side = await open(browser, created, {
    viewport: { width: 960, height: 540 },
    forcedColors: 'active',
    reducedMotion: 'reduce',
  });
  const screens = [hall, side];
  const found = async (page: Page): Promise<string[]> => {
    const text = await everything(page);
    return names.flatMap((n) => n.split(' ')).filter((word) => text.includes(word));
  };
  // They would be there.
  await lead.send('PATCH', 'screen', { mode: 'presentation', groupId, showHelp: true });
  await expect.poll(() => found(hall)).toEqual(names.flatMap((n) => n.split(' ')));

  // The member writes: a caret, a place and a newest card that are hers.
  await editCard(member, 'Upał');
  await member.keyboard.type(' latem');
  await lead.send('PATCH', 'screen', { hideNames: true });
  const walk: [mode: string, sign: RegExp, body: object][] = [
    ['lobby', /Z Bałut/, { mode: 'lobby' }],
    ['wall', /prosi o pomoc/, { mode: 'wall' }],
    ['focus', /Upał w śródmieściu latem/, { mode: 'focus', groupId }],
    ['compare', /Upał w śródmieściu latem/, { mode: 'compare', stageId: 'problem' }],
    ['votes', /Donice/, { mode: 'votes' }],
    ['presentation', /Nie wiemy, gdzie/, { mode: 'presentation', groupId }],
    ['presentation', /Uzgodnić bufory/, { slide: 1 }],
    ['presentation', /Dziękujemy/, { slide: 9 }],
    ['theory', /Ścieżka/, { mode: 'theory', stageId: '' }],
    ['timer', /Problem|Warsztat/, { mode: 'timer' }],
    ['carousel', /Grupa|Pokaz/, { mode: 'carousel' }],
    ['blank', /./, { mode: 'blank' }],
  ];
  const agenda = workshop.agenda;
  const day = async (kind: string): Promise<void> => {
    const phaseId = agenda.find((p) => p.kind === kind)?.id;
    await lead.send('POST', 'phase', { action: 'start', phaseId, minutes: 12 });
  };
  // These are held to axe where they are led.
  const judged = new Set(['theory', 'compare', 'carousel']);
  const look = async (shown: string, sign: RegExp): Promise<void> => {
    for (const page of screens) {
      await expect(mode(page)).toHaveAttribute('data-mode', shown);
      await expect(page.locator('main')).toContainText(sign);
      await expect.poll(() => found(page), shown).toEqual([]);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(over, `${shown} is not wider than the screen`).toBeLessThanOrEqual(0);
    }
    const moving = await side.evaluate(
      () =>
        document
          .getAnimations()
          .filter((a) => Number(a.effect?.getComputedTiming().duration ?? 0) > 1).length,
    );
    expect(moving, `${shown} does not move for whom motion disturbs`).toBe(0);
    await expect(hall).toHaveTitle(/^Rzutnik/);
    await expect(hall.locator('h1')).toHaveCount(1);
    if (judged.has(shown)) return;
    judged.add(shown);
    await accessible(hall, shown);
  };
  for (const [shown, sign, body] of walk) {
    await lead.send('PATCH', 'screen', body);
    await look(shown, sign);
  }
  // The round goes to the group whose names are hidden, led by the keyboard alone.
  await lead.send('PATCH', 'screen', { mode: 'carousel' });
  await expect(mode(hall)).toHaveAttribute('data-mode', 'carousel');
  for (let stop = 0; stop <= created.workshop.groups.length; stop++) {
    await hall.keyboard.press('PageDown');
    await expect(hall.locator('main')).toContainText('Grupa');
    expect(await found(hall), `stop ${stop}`).toEqual([]);
  }
  await lead.send('PATCH', 'screen', { mode: 'day' });
  await day('forming');
  await look('groups', /3 osoby/);
  await day('wrap-up');
  await look('wrap-up', /Dziękujemy/);
  await Promise.all([member, ...screens].map((page) => page.context().close()));
});

test('what is shown is deleted, renamed, emptied, counted at once, gone, and the projector goes on', async ({
  browser,
}) => {
  const { created, lead } = await harshHall(server.url, 4, 0);
  const [empty, full, , last] = created.workshop.groups;
  const hall = await open(browser, created, hd);
  const show = (body: object) => lead.send('PATCH', 'screen', body);
  const text = hall.locator('main');

  // 300 cards: a page of whole cards at a time, and the one where somebody is.
  await show({ mode: 'focus', groupId: full?.id, stageId: 'problem' });
  await expect(text).toContainText(/Strona \d z \d/);
  const { page: member } = await memberJoins(browser, server.url, created, 'Ewa Wodząca', '2 do');
  const led = member.locator('#stage-problem article', { hasText: /^.*\b297\. / });
  await led.focus();
  const there = hall.locator('li.here');
  await expect(there).toContainText('297.');
  await expect(there).toBeInViewport({ ratio: 1 });

  // A pathway told while it is written and taken away.
  await show({ mode: 'presentation', groupId: empty?.id, slide: 99 });
  await expect(text).toContainText('Slajd 2 z 2');
  await expect(text).toContainText('Dziękujemy');
  await hall.keyboard.press('PageDown');
  await hall.keyboard.press('PageUp');
  await expect(text).toContainText('Grupa jeszcze nie nazwała problemu');
  await lead.send('PATCH', `groups/${empty?.id}`, { name: 'Grupa Przemianowana' });
  await expect(text).toContainText('Grupa Przemianowana');
  await show({ mode: 'presentation', groupId: full?.id, slide: 1 });
  await expect(text).toContainText('1. Krótko');
  await member.locator('#stage-problem article').first().focus();
  await member.keyboard.press('Delete');
  await expect(text).not.toContainText('1. Krótko');
  await member.keyboard.press('Control+z');
  await expect(text).toContainText('1. Krótko');
  await member.context().close();

  // Nobody voted; many did for as many cards; the clicker's F5 does not reload.
  await show({ mode: 'votes' });
  await expect(text).toContainText('Nie było jeszcze głosowania');
  const asked = await lead.send<State>('POST', 'polls', {
    title: 'Co najpierw?',
    across: true,
    dots: 20,
    perCard: 1,
  });
  await expect(text).toContainText('Głosowanie trwa');
  const poll = asked.workshop.polls.at(-1)?.id ?? '';
  const { token } = await joinWorkshop(server.url, created.joinCode, 'Jan', full?.id ?? '');
  const ballot = await fetch(
    `${server.url}/api/workshops/${created.workshop.id}/polls/${poll}/ballot`,
    {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        dots: Array.from({ length: 20 }, (_, i) => ({
          groupId: full?.id,
          card: `c${i}`,
          dots: 1,
        })),
      }),
    },
  );
  expect(ballot.ok).toBe(true);
  await expect(text).not.toContainText('1 kropka');
  await lead.send('POST', `polls/${poll}/close`, {});
  await expect(text).toContainText(/i jeszcze 1\d kartek z głosami/);
  const second = await lead.send<State>('POST', 'polls', {
    title: 'I po co?',
    across: true,
    dots: 3,
    perCard: 1,
  });
  await lead.send('POST', `polls/${second.workshop.polls.at(-1)?.id}/close`, {});
  await expect(text).toContainText('Nikt nie zagłosował.');
  await hall.evaluate(() => Object.assign(window, { stayed: true }));
  await show({ mode: 'theory', stageId: '' });
  await expect(mode(hall)).toHaveAttribute('data-mode', 'theory');
  await hall.keyboard.press('F5');
  await hall.keyboard.press('PageDown');
  await expect(text).toContainText('Etap 1 z 8');
  expect(await hall.evaluate(() => 'stayed' in window)).toBe(true);

  // Two who lead at once: the last word counts, on every screen.
  await Promise.all(['wall', 'compare', 'timer'].map((m) => show({ mode: m })));
  await show({ mode: 'timer' });
  await expect(mode(hall)).toHaveAttribute('data-mode', 'timer');

  // The group in focus goes, then all of them.
  await show({ mode: 'focus', groupId: last?.id });
  await expect(mode(hall)).toHaveAttribute('data-mode', 'focus');
  await lead.send('DELETE', `groups/${last?.id}`);
  await expect(mode(hall)).toHaveAttribute('data-mode', 'wall');
  await expect(hall.locator('article[data-group]')).toHaveCount(3);
  await show({ mode: 'carousel' });
  await expect(mode(hall)).toHaveAttribute('data-mode', 'carousel');
  await hall.keyboard.press('PageUp');
  const { participants } = (await lead.send<State>('GET', '')).workshop;
  for (const { id } of participants) await lead.send('DELETE', `participants/${id}`);
  for (const { id } of created.workshop.groups.slice(0, 3)) {
    await lead.send('DELETE', `groups/${id}`);
  }
  await expect(text).toContainText('Nie ma jeszcze grup.');
  await show({ mode: 'compare' });
  await expect(mode(hall)).toHaveAttribute('data-mode', 'compare');
  await expect(text).toContainText('Nie ma jeszcze grup.');

  // The workshop goes; a link that never was.
  await lead.send('POST', 'delete', { title: created.workshop.title });
  await expect(hall.getByRole('heading', { level: 1 })).toContainText('usunięt');
  await hall.goto(`${server.url}/projector#nothing-of-the-kind`);
  await expect(hall.getByRole('alert')).toBeVisible();
  await expect(mode(hall)).toHaveCount(0);
  await hall.context().close();
});
