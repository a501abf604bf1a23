import { type Page, test } from '@playwright/test';
import { type Demo, fillDemo } from './support/demo';
import { Lead, type State } from './support/lead';
import { Pathboard } from './support/processes';
import type { Created } from './support/workshop';

// Pictures of every mode of the projector at both resolutions, light and dark,
// in both languages: ../screenshots/projector-LANGUAGE-RESOLUTION-THEME/MODE.png;
// of walls of 2 to 40 groups; and of its panel in the console, on a phone and on
// a laptop.

let server: Pathboard;
let demo: Demo;
test.beforeAll(async () => {
  server = await Pathboard.start();
  demo = await fillDemo(server);
});
test.afterAll(() => server.stop());

const screen = (body: object): Promise<unknown> => lead('PATCH', 'screen', body);

async function shoot(page: Page, path: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.waitForTimeout(700);
  await page.screenshot({ path: `../screenshots/${path}.png` });
}

/** Commands of the workshop, as whoever leads it. */
function lead<T = unknown>(method: string, path: string, body?: object): Promise<T> {
  const created = { workshop: { id: demo.workshopId }, tokens: { facilitator: demo.token } };
  return new Lead(server.url, created as Created).send<T>(method, path, body);
}

/** A vote in which four people give their dots to what the boards say. */
async function vote(language: string): Promise<void> {
  const title = language === 'pl' ? 'Które rozwiązanie wdrażamy?' : 'Which solution comes first?';
  const { workshop } = await lead<State>('POST', 'polls', {
    title,
    across: true,
    dots: 6,
    perCard: 3,
  });
  const poll = workshop.polls.at(-1)?.id ?? '';
  const headers = { authorization: `Bearer ${demo.token}` };
  const cards = await Promise.all(
    demo.groups.map(async ({ id }) => {
      const at = `${server.url}/api/workshops/${demo.workshopId}/groups/${id}/export?format=json`;
      const file = (await (await fetch(at, { headers })).json()) as {
        cards: { id: string; kind: string; text: string }[];
      };
      const found = file.cards.filter((c) => c.kind === 'solution');
      return found.map((c) => ({ groupId: id, card: c.id }));
    }),
  );
  const all = cards.flat();
  for (let i = 0; i < 7; i++) {
    const joined = (await (
      await fetch(`${server.url}/api/join`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          code: demo.join.split('#')[1],
          name: `Osoba ${i + 1}`,
          department: 'Wydział Informatyki',
          groupId: demo.groups[i % demo.groups.length]?.id,
        }),
      })
    ).json()) as { token: string };
    const dots = [0, 1 + (i % 3), 4 + (i % 2)].map((n, at) => ({
      ...all[n % all.length],
      dots: at === 0 ? 3 : 1,
    }));
    const answer = await fetch(
      `${server.url}/api/workshops/${demo.workshopId}/polls/${poll}/ballot`,
      {
        method: 'PUT',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${joined.token}` },
        body: JSON.stringify({ dots }),
      },
    );
    if (!answer.ok) throw new Error(await answer.text());
  }
  await lead('POST', `polls/${poll}/close`, {});
}

const sizes = { hd: { width: 1920, height: 1080 }, xga: { width: 1024, height: 768 } };

for (const language of ['pl', 'en'] as const) {
  test(`projector in ${language}`, async ({ browser }) => {
    test.setTimeout(600_000);
    demo = await fillDemo(server, language);
    const group = demo.groups[2]?.id;
    const pages: { page: Page; folder: string }[] = [];
    for (const [name, viewport] of Object.entries(sizes)) {
      for (const theme of language === 'pl' ? (['light', 'dark'] as const) : (['light'] as const)) {
        const options = { viewport, colorScheme: theme, locale: language };
        const page = await (await browser.newContext(options)).newPage();
        await page.goto(demo.projector);
        pages.push({ page, folder: `projector-${language}-${name}-${theme}` });
      }
    }
    await vote(language);
    const shots: [string, object][] = [
      ['lobby', { mode: 'lobby' }],
      ['wall', { mode: 'wall' }],
      ['wall-private', { hideNames: true }],
      ['theory-pathway', { mode: 'theory', stageId: '', hideNames: false }],
      ['theory-stage', { slide: 3 }],
      ['theory-principles', { slide: 10 }],
      ['theory-example', { slide: 17 }],
      ['focus', { mode: 'focus', groupId: group, stageId: 'data' }],
      ['focus-private', { hideNames: true }],
      ['compare', { mode: 'compare', stageId: 'solution', hideNames: false }],
      ['votes', { mode: 'votes' }],
      ['presentation-cover', { mode: 'presentation', groupId: group }],
      ...[1, 2, 3, 4, 7, 8].map((slide): [string, object] => [`presentation-${slide}`, { slide }]),
      ['presentation-end', { slide: 99 }],
      ['presentation-private', { slide: 0, hideNames: true }],
      ['carousel', { mode: 'carousel', hideNames: false }],
      ['blank', { mode: 'blank' }],
    ];
    const all = async (mode: string): Promise<void> => {
      for (const { page, folder } of pages) {
        await page.waitForFunction(
          (wanted) => document.querySelector('.wall')?.getAttribute('data-mode') === wanted,
          mode === 'wrap-up' ? mode : mode.split('-')[0],
        );
        await shoot(page, `${folder}/${mode}`);
      }
    };
    for (const [mode, body] of shots) {
      await screen(body);
      await all(mode);
    }
    const { workshop } = await lead<State>('GET', '');
    const phaseId = workshop.agenda[3]?.id;
    await screen({ mode: 'timer' });
    await all('timer-before');
    await lead('POST', 'phase', { action: 'start', phaseId, minutes: 12 });
    await all('timer');
    await lead('POST', 'phase', { action: 'pause' });
    await all('timer-paused');
    await screen({ mode: 'wall' });
    await all('wall-phase');
    await screen({ mode: 'focus', groupId: group, stageId: 'data' });
    await all('focus-phase');
    await screen({ mode: 'timer' });
    await lead('POST', 'phase', { action: 'start', phaseId, minutes: 1 });
    await lead('POST', 'phase', { action: 'extend', minutes: -1 });
    await all('timer-over');
    await screen({ mode: 'day' });
    for (const [kind, shown] of [
      ['forming', 'groups'],
      ['wrap-up', 'wrap-up'],
    ] as const) {
      const id = workshop.agenda.find((p) => p.kind === kind)?.id;
      await lead('POST', 'phase', { action: 'start', phaseId: id, minutes: 12 });
      await all(shown);
    }
    if (language === 'pl') {
      await screen({ mode: 'wall' });
      await all('wall');
      await server.kill();
      for (const { page } of pages) await page.locator('.stale').waitFor({ timeout: 60_000 });
      await all('wall-stale');
      await server.up();
    }
    for (const { page } of pages) await page.context().close();
  });
}

for (const [name, viewport] of Object.entries({
  phone: { width: 390, height: 844 },
  laptop: { width: 1366, height: 900 },
})) {
  test(`console's screen panel on a ${name}`, async ({ browser }) => {
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    await screen({ mode: 'presentation', groupId: demo.groups[2]?.id });
    await page.goto(demo.facilitator);
    await page.getByRole('heading', { name: 'Ekran w sali' }).scrollIntoViewIfNeeded();
    await shoot(page, `console-${name}-screen`);
    await context.close();
  });
}

/** A workshop of so many groups at work, each with some cards. */
async function halls(count: number): Promise<{ projector: string }> {
  const json = { 'content-type': 'application/json' };
  const areas = ['development', 'economy', 'environment', 'services'];
  const groups = Array.from({ length: count }, (_, i) => ({
    name: `Grupa ${['Jaskółki', 'Pustułki', 'Rudziki', 'Sikory'][i % 4] ?? ''} ${i + 1}`,
    area: areas[i % areas.length],
  }));
  const answer = await fetch(`${server.url}/api/workshops`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ title: 'Zarządzanie miastem z danymi', city: 'Łódź', groups }),
  });
  const made = (await answer.json()) as {
    workshop: { id: string; groups: { id: string }[] };
    tokens: { facilitator: string };
    links: { projector: string };
  };
  const headers = { ...json, authorization: `Bearer ${made.tokens.facilitator}` };
  const at = `${server.url}/api/workshops/${made.workshop.id}`;
  for (const [i, group] of made.workshop.groups.entries()) {
    const cards = Array.from({ length: 4 + (i % 9) }, (_, n) => ({
      id: `c${n}`,
      kind: ['data', 'difficulty', 'solution', 'question'][n % 4],
      stage: ['problem', 'questions', 'data', 'quality', 'analysis'][n % 5],
      order: `a${n}V`,
      text: 'Lokale stoją puste od dwóch lat, a nikt nie wie, które można wyremontować',
      createdAt: 1_700_000_000_000 + n,
    }));
    const meta = { problem: 'Pustostany stoją latami, a kolejka oczekujących rośnie.' };
    const stages = i % 3 === 0 ? [{ id: 'problem', done: true }] : [];
    const body = JSON.stringify({ meta, cards, stages });
    await fetch(`${at}/groups/${group.id}/board`, { method: 'PUT', headers, body });
  }
  await fetch(`${at}/screen`, { method: 'PATCH', headers, body: JSON.stringify({ mode: 'wall' }) });
  return made.links;
}

for (const count of [2, 4, 8, 12, 24, 40]) {
  test(`wall of ${count} groups`, async ({ browser }) => {
    const { projector } = await halls(count);
    for (const [name, viewport] of Object.entries({
      hd: { width: 1920, height: 1080 },
      xga: { width: 1024, height: 768 },
    })) {
      const context = await browser.newContext({ viewport });
      const page = await context.newPage();
      await page.goto(projector);
      await page.locator('article[data-group] .problem:not(.empty)').first().waitFor();
      await shoot(page, `wall-${name}/${String(count).padStart(2, '0')}`);
      await context.close();
    }
  });
}
