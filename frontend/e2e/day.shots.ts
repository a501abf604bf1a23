import { type Browser, type Page, test } from '@playwright/test';
import { Lead, type State } from './support/lead';
import { Pathboard } from './support/processes';
import type { Created } from './support/workshop';

// Pictures of the day as it is led and lived: ../screenshots/day/NAME.png

let server: Pathboard;
test.beforeAll(async () => {
  server = await Pathboard.start();
});
test.afterAll(() => server.stop());

const devices = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  laptop: { viewport: { width: 1366, height: 768 } },
  wall: { viewport: { width: 1920, height: 1080 } },
};
const areas = ['development', 'economy', 'environment', 'services'];
const departments = {
  pl: ['Wydział Informatyki', 'Biuro Strategii Miasta', 'Wydział Budżetu', 'Zarząd Zieleni'],
  en: ['IT Department', 'City Strategy Office', 'Budget Department', 'Parks Authority'],
};
const given = ['Ada', 'Jan', 'Ewa', 'Olek', 'Iga', 'Leon', 'Maja', 'Szymon', 'Zofia', 'Tymon'];
const family = ['Próbna', 'Wzorcowy', 'Zmyślona', 'Testowy', 'Przykładowa', 'Wymyślony', 'Nowa'];
type Language = 'pl' | 'en';

async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  return (await (await fetch(server.url + path, init)).json()) as T;
}

/** A workshop with so many groups of six, at work. */
async function hall(
  groups: number,
  language: Language = 'pl',
): Promise<{ created: Created; lead: Lead }> {
  const created = await post<Created>('/api/workshops', {
    title:
      language === 'pl'
        ? 'Zarządzanie miastem z wykorzystaniem danych'
        : 'Managing the city with data',
    city: 'Łódź',
    language,
    groups: Array.from({ length: groups }, (_, i) => ({
      name: `${language === 'pl' ? 'Grupa' : 'Group'} ${i + 1}`,
      area: areas[i % 4],
    })),
  });
  for (let i = 0; i < groups * 6; i++) {
    await post('/api/join', {
      code: created.joinCode,
      name: `${given[i % given.length] ?? ''} ${family[i % family.length] ?? ''}`,
      department: departments[language][i % 4],
      groupId: created.workshop.groups[i % groups]?.id,
    });
  }
  return { created, lead: new Lead(server.url, created) };
}

async function shoot(page: Page, name: string, fullPage = false): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.waitForTimeout(400);
  await page.screenshot({ path: `../screenshots/day/${name}.png`, fullPage });
}

async function open(
  browser: Browser,
  device: keyof typeof devices,
  colorScheme: 'light' | 'dark' = 'light',
  language: Language = 'pl',
): Promise<Page> {
  const locale = language === 'pl' ? 'pl-PL' : 'en-GB';
  return (await browser.newContext({ ...devices[device], colorScheme, locale })).newPage();
}

/** The place of one more member, by a link of their own. */
async function member(created: Created, name: string, group: number): Promise<string> {
  const { token } = await post<{ token: string }>('/api/join', {
    code: created.joinCode,
    name,
    department: 'Wydział Ochrony Środowiska i Rolnictwa',
    groupId: created.workshop.groups[group]?.id,
  });
  return token;
}

const shapes = [
  ['laptop', 'light'],
  ['laptop', 'dark'],
  ['phone', 'light'],
  ['phone', 'dark'],
  ['wall', 'light'],
] as const;

for (const groups of [4, 8, 24]) {
  for (const language of groups === 4 ? (['pl', 'en'] as const) : (['pl'] as const)) {
    test(`the console with ${groups} groups, ${language}`, async ({ browser }) => {
      const { created, lead } = await hall(groups, language);
      const { workshop } = await lead.send<State>('GET', '');
      const stage = workshop.agenda.find((p) => p.stageId === 'data');
      await lead.send('POST', 'phase', { action: 'start', phaseId: stage?.id });
      for (const [i, g] of created.workshop.groups.entries()) {
        for (let n = 0; n < 1 + (i % 3); n++)
          await lead.send('POST', `groups/${g.id}/cards`, {
            stageId: ['problem', 'questions', 'data'][n],
            kind: 'note',
            text: 'Rejestr lokali komunalnych jest w trzech arkuszach',
          });
      }
      const waits = await member(created, 'Gość Pierwszy', 1);
      await fetch(`${server.url}/api/workshops/${created.workshop.id}/help`, {
        method: 'POST',
        headers: { authorization: `Bearer ${waits}`, 'content-type': 'application/json' },
        body: JSON.stringify({ text: 'Skąd wziąć dane o pustostanach?' }),
      });
      for (const [device, theme] of shapes) {
        if (theme === 'dark' && (groups !== 4 || language !== 'pl')) continue;
        const page = await open(browser, device, theme, language);
        const name = `${language}-${device}-${theme}`;
        await page.goto(created.links.facilitator);
        await page.locator('[data-group]').first().waitFor();
        await shoot(page, `console-${groups}-${name}`, device !== 'wall');
        if (groups === 4 && device !== 'wall') {
          for (const [tab, at] of [
            ['help', 1],
            ['tasks', 2],
            ['people', 3],
          ] as const) {
            await page.getByRole('tab').nth(at).click();
            await shoot(page, `${tab}-${name}`, true);
          }
        }
        await page.context().close();
      }
    });
  }
}

for (const language of ['pl', 'en'] as const) {
  test(`lobby, forming, phase change and wrap-up, ${language}`, async ({ browser }) => {
    test.slow();
    const { created, lead } = await hall(4, language);
    const { workshop } = await lead.send<State>('GET', '');
    const phase = (kind: string): string => workshop.agenda.find((p) => p.kind === kind)?.id ?? '';
    const start = (id: string) => lead.send('POST', 'phase', { action: 'start', phaseId: id });
    await lead.send('PUT', 'warmup', {
      question: 'Jakie dane ma Twój wydział, o których inni nie wiedzą?',
    });
    await start(phase('lobby'));
    const answers = ['Rejestr zgłoszeń mieszkańców', 'Mapa drzew', 'Umowy najmu od 1998 roku'];
    const tokens: string[] = [];
    for (const [i, text] of answers.entries()) {
      tokens.push(await member(created, `Gość ${i + 1}`, i));
      await fetch(`${server.url}/api/workshops/${created.workshop.id}/warmup/mine`, {
        method: 'PUT',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${tokens[i] ?? ''}`,
        },
        body: JSON.stringify({ text }),
      });
    }
    const pages = await Promise.all(
      shapes.map(async ([device, theme]) => ({
        device,
        name: `${language}-${device}-${theme}`,
        page: await open(browser, device, theme, language),
      })),
    );
    const all = async (what: string, ready: (page: Page, wall: boolean) => Promise<void>) => {
      for (const { page, device, name } of pages) {
        await page.bringToFront();
        await ready(page, device === 'wall');
        await shoot(page, `${what}-${name}`);
      }
    };
    await Promise.all(
      pages.map(({ page, device }) =>
        page.goto(
          device === 'wall' ? created.links.projector : `${server.url}/member#${tokens[0] ?? ''}`,
        ),
      ),
    );
    const settled = async (page: Page, wall: boolean) => {
      if (wall) await page.locator('h2').first().waitFor();
      else await page.locator('#stage-problem').waitFor();
    };
    await all('lobby', settled);
    const waiting = await open(browser, 'phone', 'light', language);
    const { token } = await post<{ token: string }>('/api/join', {
      code: created.joinCode,
      name: 'Jagoda Bezgrupowa',
      department: 'Wydział Kultury',
    });
    await waiting.goto(`${server.url}/member#${token}`);
    await waiting.locator('#lobby-title').waitFor();
    await shoot(waiting, `lobby-waiting-${language}-phone-light`, true);
    await waiting.context().close();
    await lead.send('POST', 'warmup/close');
    await start(phase('forming'));
    await lead.send('POST', 'groups/form', { seed: 1 });
    await all('forming', async (page, wall) => {
      if (wall) await page.locator('[data-group]').first().waitFor();
    });
    await start(phase('stage'));
    await lead.send('POST', 'announcements', { text: 'Za kwadrans przerwa na kawę przy wejściu' });
    await all('phase-change', async (page, wall) => {
      if (!wall) await page.getByText('Za kwadrans').waitFor();
    });
    await lead.send('POST', 'polls', { title: 'Który problem wybieramy?', dots: 3, perCard: 2 });
    for (const g of created.workshop.groups)
      await lead.send('POST', `groups/${g.id}/cards`, {
        stageId: 'problem',
        kind: 'problem',
        text: 'Pustostany stoją latami, a kolejka rośnie',
      });
    await all('vote', async (page) => page.getByText('Pustostany stoją').first().waitFor());
    await lead.send('POST', 'writings', { stageId: 'problem' });
    await all('writing', async (page, wall) => {
      if (!wall) await page.locator('.chips .task').nth(0).click();
    });
    for (const { page } of pages) await page.keyboard.press('Escape');
    await start(phase('wrap-up'));
    await lead.send('PUT', 'outcome/share', { days: 30 });
    await lead.send('PATCH', '', { feedbackOpen: true });
    await all('wrap-up', async (page, wall) => {
      if (wall) return;
      const ask = language === 'pl' ? 'Jak było?' : 'How was it?';
      await page.getByRole('button', { name: ask }).click();
      await page.getByRole('dialog').getByRole('radio').nth(3).check({ force: true });
    });
    await all('thanks', async (page, wall) => {
      if (!wall) await page.getByRole('dialog').locator('button[type=submit]').click();
    });
    for (const { page } of pages) await page.context().close();
  });
}
