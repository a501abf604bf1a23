import { type Browser, type Page, test } from '@playwright/test';
import { harshHall, tiedVote } from './support/harsh';
import { Lead, type State } from './support/lead';
import { Pathboard } from './support/processes';
import { createGroups, type Created } from './support/workshop';

// The projector with the worst that a hall can hold, and with next to nothing:
// ../screenshots/harsh-RESOLUTION-THEME/NAME.png

let server: Pathboard;
test.beforeAll(async () => {
  server = await Pathboard.start();
});
test.afterAll(() => server.stop());

const screens = [
  ['hd-light', { viewport: { width: 1920, height: 1080 }, colorScheme: 'light' }],
  ['xga-dark', { viewport: { width: 1024, height: 768 }, colorScheme: 'dark' }],
] as const;

interface Shown {
  page: Page;
  folder: string;
}

async function open(browser: Browser, created: Created): Promise<Shown[]> {
  return Promise.all(
    screens.map(async ([name, options]) => {
      const page = await (await browser.newContext(options)).newPage();
      await page.goto(created.links.projector);
      await page.locator('.wall[data-mode]').waitFor();
      return { page, folder: `harsh-${name}` };
    }),
  );
}

async function shoot(shown: readonly Shown[], name: string): Promise<void> {
  for (const { page, folder } of shown) {
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    await page.waitForTimeout(600);
    await page.screenshot({ path: `../screenshots/${folder}/${name}.png` });
  }
}

async function each(
  shown: readonly Shown[],
  lead: Lead,
  shots: readonly (readonly [string, object])[],
): Promise<void> {
  for (const [name, body] of shots) {
    await lead.send('PATCH', 'screen', body);
    for (const { page } of shown)
      await page.waitForFunction(
        (wanted) => document.querySelector('.wall')?.getAttribute('data-mode') === wanted,
        name.split('-')[0],
      );
    await shoot(shown, name);
  }
}

test('a hall of 24 with very much of everything', async ({ browser }) => {
  test.setTimeout(400_000);
  const hall = await harshHall(server.url, 24, 23);
  const { created, lead } = hall;
  const [empty, full, long] = created.workshop.groups.map((g) => g.id);
  const shown = await open(browser, created);
  await tiedVote(server.url, hall, 0);
  await each(shown, lead, [['votes-nobody', { mode: 'votes' }]]);
  await tiedVote(server.url, hall, 2);
  await each(shown, lead, [
    ['votes-tied', { mode: 'votes' }],
    ['lobby', { mode: 'lobby' }],
    ['wall', { mode: 'wall' }],
    ['compare', { mode: 'compare', stageId: 'data' }],
    ['compare-first', { stageId: 'problem' }],
    ['focus-empty', { mode: 'focus', groupId: empty, stageId: '' }],
    ['focus-full', { mode: 'focus', groupId: full, stageId: 'data' }],
    ['focus-long', { mode: 'focus', groupId: long, stageId: 'data' }],
    ['presentation-empty', { mode: 'presentation', groupId: empty }],
    ['presentation-empty-end', { slide: 99 }],
    ['presentation-cover', { mode: 'presentation', groupId: full }],
    ['presentation-full', { slide: 2 }],
    ['presentation-end', { slide: 999 }],
    ['presentation-long', { mode: 'presentation', groupId: long, slide: 1 }],
    ['presentation-long-2', { slide: 2 }],
  ]);
  const { agenda } = (await lead.send<State>('GET', '')).workshop;
  const kinds = ['forming', 'stage', 'wrap-up'];
  for (const kind of kinds) {
    const phaseId = agenda.find((p) => p.kind === kind)?.id;
    await lead.send('POST', 'phase', { action: 'start', phaseId, minutes: 480 });
    if (kind === 'stage') {
      await lead.send('POST', 'help', {}).catch(() => undefined);
      await each(shown, lead, [
        ['timer-long', { mode: 'timer' }],
        ['wall-phase', { mode: 'wall' }],
        ['compare-phase', { mode: 'compare', stageId: 'data' }],
        ['carousel', { mode: 'carousel' }],
      ]);
    } else {
      await lead.send('PATCH', 'screen', { mode: 'day' });
      await shoot(shown, kind);
    }
  }
  for (const { page } of shown) await page.context().close();
});

test('a hall of 40, and one of one group, and one of none', async ({ browser }) => {
  test.setTimeout(400_000);
  for (const count of [40, 1, 0]) {
    const { created, lead } =
      count > 0
        ? await harshHall(server.url, count, 3)
        : await createGroups(server.url, 1).then(async (made) => {
            const leader = new Lead(server.url, made);
            await leader.send('DELETE', `groups/${made.workshop.groups[0]?.id ?? ''}`);
            return { created: made, lead: leader };
          });
    const shown = await open(browser, created);
    await each(shown, lead, [
      [`wall-${count}`, { mode: 'wall' }],
      [`compare-${count}`, { mode: 'compare', stageId: 'data' }],
      [`carousel-${count}`, { mode: 'carousel' }],
    ]);
    await lead.send('PATCH', 'screen', { mode: 'day' });
    const { agenda } = (await lead.send<State>('GET', '')).workshop;
    const phaseId = agenda.find((p) => p.kind === 'forming')?.id;
    await lead.send('POST', 'phase', { action: 'start', phaseId, minutes: 12 });
    await shoot(shown, `forming-${count}`);
    for (const { page } of shown) await page.context().close();
  }
});

test('a pathway of twenty stages', async ({ browser }) => {
  test.setTimeout(400_000);
  const { created, lead } = await harshHall(server.url, 4, 4);
  const { workshop } = await lead.send<{ workshop: { stages: object[] } }>('GET', '');
  const more = Array.from({ length: 12 }, (_, i) => ({
    name: {
      pl: `Etap dodatkowy ${i}: uzgodnienia międzywydziałowe`,
      en: `Another stage ${i}: agreements between departments`,
    },
    purpose: { pl: 'Uzgodnić. '.repeat(20).trim(), en: 'Agree. '.repeat(20).trim() },
    questions: Array.from({ length: 12 }, (_, q) => ({
      pl: `Pytanie ${q + 1}: kto, kiedy i za czyje pieniądze uzgodni to z pozostałymi wydziałami?`,
      en: `Question ${q + 1}: who agrees this with the other departments, when, and who pays?`,
    })),
    done: { pl: 'Uzgodniono.', en: 'Agreed.' },
    kinds: ['note'],
    minutes: 10,
  }));
  await lead.send('PUT', 'stages', { stages: [...workshop.stages, ...more] });
  const shown = await open(browser, created);
  const group = created.workshop.groups[3]?.id;
  await each(shown, lead, [
    ['theory-twenty', { mode: 'theory', stageId: '' }],
    ['theory-questions', { slide: 12 }],
    ['wall-twenty', { mode: 'wall' }],
    ['focus-twenty', { mode: 'focus', groupId: group, stageId: 'data' }],
  ]);
  for (const { page } of shown) await page.context().close();
});
