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

async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  return (await (await fetch(server.url + path, init)).json()) as T;
}

/** A workshop with so many groups of four, at work. */
async function hall(groups: number): Promise<{ created: Created; lead: Lead }> {
  const created = await post<Created>('/api/workshops', {
    title: 'Zarządzanie miastem z wykorzystaniem danych',
    city: 'Łódź',
    language: 'pl',
    groups: Array.from({ length: groups }, (_, i) => ({
      name: `Grupa ${i + 1}`,
      area: areas[i % 4],
    })),
  });
  const departments = ['Informatyka', 'Strategia Miasta', 'Budżet', 'Zamówienia Publiczne'];
  for (let i = 0; i < groups * 4; i++) {
    await post('/api/join', {
      code: created.joinCode,
      name: `Osoba ${i + 1}`,
      department: departments[i % 4],
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
): Promise<Page> {
  return (await browser.newContext({ ...devices[device], colorScheme })).newPage();
}

for (const groups of [4, 8, 24]) {
  test(`the console with ${groups} groups`, async ({ browser }) => {
    const { created, lead } = await hall(groups);
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
    for (const device of ['laptop', 'phone'] as const) {
      for (const theme of groups === 4 ? (['light', 'dark'] as const) : (['light'] as const)) {
        const page = await open(browser, device, theme);
        await page.goto(created.links.facilitator);
        await page.locator('[data-group]').first().waitFor();
        await shoot(page, `console-${groups}-${device}-${theme}`, true);
        if (groups === 4) {
          await page.getByRole('tab', { name: 'Zadania' }).click();
          await shoot(page, `tasks-${device}-${theme}`, true);
          await page.getByRole('tab', { name: /uczestni/i }).click();
          await shoot(page, `forming-${device}-${theme}`, true);
        }
        await page.context().close();
      }
    }
  });
}

test('lobby, phase change and wrap-up', async ({ browser }) => {
  const { created, lead } = await hall(4);
  await lead.send('PUT', 'warmup', {
    question: 'Jakie dane ma Twój wydział, o których inni nie wiedzą?',
  });
  await lead.send('POST', 'phase', { action: 'skip' });
  const wall = await open(browser, 'wall');
  const answers = ['Rejestr zgłoszeń mieszkańców', 'Mapa drzew', 'Umowy najmu od 1998 roku'];
  const members = [];
  for (const [i, text] of answers.entries()) {
    const joined = await post<{ token: string }>('/api/join', {
      code: created.joinCode,
      name: `Gość ${i + 1}`,
      department: 'Wydział Ochrony Środowiska i Rolnictwa',
      groupId: created.workshop.groups[i]?.id,
    });
    members.push(joined.token);
    await fetch(`${server.url}/api/workshops/${created.workshop.id}/warmup/mine`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${joined.token}` },
      body: JSON.stringify({ text }),
    });
  }
  await wall.goto(created.links.projector);
  await wall.getByText('Mapa drzew').waitFor();
  await shoot(wall, 'lobby-wall');
  const phone = await open(browser, 'phone');
  await phone.goto(`${server.url}/member#${members[0] ?? ''}`);
  await phone.getByRole('button', { name: 'Pytanie na start' }).waitFor();
  await shoot(phone, 'member-warmup-phone');
  await lead.send('POST', 'warmup/close');
  await lead.send('POST', 'announcements', { text: 'Za kwadrans przerwa na kawę przy wejściu' });
  await lead.send('POST', 'polls', { title: 'Który problem wybieramy?', dots: 3, perCard: 2 });
  await lead.send('POST', `groups/${created.workshop.groups[0]?.id ?? ''}/cards`, {
    stageId: 'problem',
    kind: 'problem',
    text: 'Pustostany stoją latami, a kolejka rośnie',
  });
  await phone.getByRole('button', { name: /^Głosuj/ }).waitFor();
  await phone.getByText('Pustostany stoją').waitFor();
  await shoot(phone, 'member-vote-phone');
  const laptop = await open(browser, 'laptop');
  await laptop.goto(`${server.url}/member#${members[0] ?? ''}`);
  await laptop.getByRole('button', { name: /^Głosuj/ }).waitFor();
  await shoot(laptop, 'member-vote-laptop');
  await lead.send('POST', 'writings', { stageId: 'problem' });
  await phone.getByRole('button', { name: 'Pisz po cichu' }).click();
  await shoot(phone, 'member-writing-phone');
  await phone.keyboard.press('Escape');
  await lead.send('PATCH', '', { feedbackOpen: true });
  await phone.getByRole('button', { name: 'Jak było?' }).click();
  await shoot(phone, 'wrap-up-phone');
  for (const page of [wall, phone, laptop]) await page.context().close();
});
