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
