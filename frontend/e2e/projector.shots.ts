import { type Page, test } from '@playwright/test';
import { type Demo, fillDemo } from './support/demo';
import { Pathboard } from './support/processes';

// Pictures of every mode of the projector at both resolutions, light and dark:
// ../screenshots/projector-RESOLUTION-THEME/MODE.png; and of its panel in the
// console, on a phone and on a laptop.

let server: Pathboard;
let demo: Demo;
test.beforeAll(async () => {
  server = await Pathboard.start();
  demo = await fillDemo(server);
});
test.afterAll(() => server.stop());

async function screen(body: object): Promise<void> {
  const answer = await fetch(`${server.url}/api/workshops/${demo.workshopId}/screen`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${demo.token}` },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

async function shoot(page: Page, path: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.waitForTimeout(700);
  await page.screenshot({ path: `../screenshots/${path}.png` });
}

for (const theme of ['light', 'dark'] as const) {
  for (const [name, viewport] of Object.entries({
    hd: { width: 1920, height: 1080 },
    xga: { width: 1024, height: 768 },
  })) {
    test(`projector ${name} ${theme}`, async ({ browser }) => {
      test.setTimeout(180_000);
      const context = await browser.newContext({ viewport, colorScheme: theme });
      const page = await context.newPage();
      const folder = `projector-${name}-${theme}`;
      await page.goto(demo.projector);
      const group = demo.groups[2]?.id;
      const shots: [string, object][] = [
        ['lobby', { mode: 'lobby' }],
        ['wall', { mode: 'wall' }],
        ['theory-pathway', { mode: 'theory', stageId: '' }],
        ['theory-stage', { slide: 3 }],
        ['theory-principles', { slide: 10 }],
        ['theory-example', { slide: 17 }],
        ['focus', { mode: 'focus', groupId: group, stageId: 'data' }],
        ['compare', { mode: 'compare', stageId: 'solution' }],
        ['timer', { mode: 'timer' }],
        ['votes', { mode: 'votes' }],
        ['presentation-cover', { mode: 'presentation', groupId: group }],
        ...[1, 2, 3, 4, 7, 8].map((slide): [string, object] => [
          `presentation-${slide}`,
          { slide },
        ]),
        ['presentation-end', { slide: 99 }],
        ['carousel', { mode: 'carousel' }],
      ];
      for (const [mode, body] of shots) {
        await screen(body);
        await page.waitForFunction(
          (wanted) => document.querySelector('.wall')?.getAttribute('data-mode') === wanted,
          mode.split('-')[0],
        );
        await shoot(page, `${folder}/${mode}`);
      }
      await context.close();
    });
  }
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

for (const count of [2, 6, 12, 24, 40]) {
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
