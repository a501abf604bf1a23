import { type Browser, expect, type Page, test } from '@playwright/test';
import { accessible } from './support/axe';
import { type Demo, fillDemo } from './support/demo';
import { Lead, type State } from './support/lead';
import { Pathboard, Redis } from './support/processes';
import { createWorkshop } from './support/workshop';

// What the hall sees, led from a console on one instance, shown by projectors
// on another.

let redis: Redis;
let a: Pathboard;
let b: Pathboard;
let demo: Demo;
test.beforeAll(async () => {
  redis = await Redis.start();
  [a, b] = await Promise.all([Pathboard.start({ redis }), Pathboard.start({ redis })]);
  demo = await fillDemo(a);
});
test.afterAll(async () => {
  await Promise.all([a.stop(), b.stop()]);
  await redis.stop();
});
test.describe.configure({ mode: 'default' });

const hd = { width: 1920, height: 1080 };
const xga = { width: 1024, height: 768 };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

async function open(browser: Browser, url: string, options: object): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

const mode = (page: Page) => page.locator('.wall[data-mode]');
const show = (console: Page, name: string) =>
  console.getByRole('group', { name: 'Co pokazać' }).getByRole('button', { name }).click();

test('every mode is shown from a phone, on projectors of another instance', async ({ browser }) => {
  const lead = await open(browser, demo.facilitator, phone);
  const onB = demo.projector.replace(a.url, b.url);
  const hall = await open(browser, onB, { viewport: hd });
  const side = await open(browser, onB, { viewport: xga });
  const screens = [hall, side];
  const both = (check: (page: Page) => Promise<void>) => Promise.all(screens.map(check));
  const nobodyScrolls = () =>
    both(async (page) => {
      const over = await page.evaluate(() => {
        const { scrollHeight, scrollWidth } = document.documentElement;
        return [scrollHeight - innerHeight, scrollWidth - innerWidth];
      });
      expect(Math.max(...over)).toBeLessThanOrEqual(0);
    });
  await both((page) => expect(mode(page)).toHaveAttribute('data-mode', /lobby|wall/));

  await show(lead, 'Wszystkie grupy');
  await both((page) => expect(page.getByText('Grupa Rudziki').first()).toBeVisible());
  await nobodyScrolls();

  await show(lead, 'Powitanie i kod');
  await both((page) => expect(page.getByRole('img', { name: /Kod QR/ })).toBeVisible());

  await show(lead, 'Wprowadzenie');
  await both((page) =>
    expect(page.getByText('Ścieżka od problemu do wdrożenia').first()).toBeVisible(),
  );
  await lead.getByRole('button', { name: 'Następny slajd' }).click();
  await both((page) => expect(page.getByText('Etap 1 z 8')).toBeVisible());
  // The clicker is plugged into the projector's computer, and has a last word too.
  await hall.keyboard.press('PageDown');
  await hall.keyboard.press('PageDown');
  await both((page) => expect(page.getByText('Etap 3 z 8')).toBeVisible());
  await hall.keyboard.press('PageUp');
  await both((page) => expect(page.getByText('Etap 2 z 8')).toBeVisible());
  await expect(lead.getByText(/^Slajd 3 z /)).toBeVisible();
  await lead.getByRole('combobox', { name: 'Slajd' }).selectOption({ label: '10. Zasady 1/7' });
  await both((page) => expect(page.getByText('Jeden właściciel zbioru')).toBeVisible());
  await lead.getByLabel('Etap', { exact: true }).selectOption({ label: 'Dane' });
  await both((page) => expect(page.getByText('Etap 3 z 8')).toBeVisible());
  await accessible(hall);
  await nobodyScrolls();

  await show(lead, 'Porównanie etapu');
  await both((page) => expect(page.getByRole('heading', { name: /^3\. Dane/ })).toBeVisible());
  await both((page) => expect(page.locator('article[data-group]')).toHaveCount(4));
  await accessible(side);
  await nobodyScrolls();

  await show(lead, 'Zegar');
  await both((page) => expect(mode(page)).toHaveAttribute('data-mode', 'timer'));
  await nobodyScrolls();

  await show(lead, 'Wyniki głosowania');
  await both((page) => expect(mode(page)).toHaveAttribute('data-mode', 'votes'));

  await show(lead, 'Pokaz bez obsługi');
  await both((page) => expect(mode(page)).toHaveAttribute('data-mode', 'carousel'));

  await show(lead, 'Ciemny ekran');
  await both((page) => expect(mode(page)).toHaveClass(/blank/));
  await both((page) => expect(page.getByText('Grupa Rudziki')).toHaveCount(0));
  await accessible(lead);
  await Promise.all([lead, ...screens].map((page) => page.context().close()));
});

test('a board in focus follows the one who leads; a pathway is presented by the group itself', async ({
  browser,
}) => {
  const lead = await open(browser, demo.facilitator, {});
  const hall = await open(browser, demo.projector.replace(a.url, b.url), { viewport: hd });
  const member = await open(browser, demo.join, phone);
  await member.getByLabel('Imię i nazwisko').fill('Ola Prezentująca');
  await member.getByRole('radio', { name: /Rudziki/ }).check({ force: true });
  await member.getByRole('button', { name: 'Dołącz' }).click();
  await expect(member.locator('#stage-problem')).toBeVisible();

  await lead.getByLabel('Grupa do pokazania').selectOption({ label: 'Grupa Rudziki' });
  await lead.getByRole('button', { name: 'Pokaż tablicę' }).click();
  await expect(hall.getByRole('heading', { name: 'Grupa Rudziki' })).toBeVisible();
  await member.getByRole('button', { name: /^Następny etap/ }).click();
  await expect(hall.locator('[aria-current=step]')).toContainText('Pytania');
  await expect(hall.getByText('Prowadzi: Ola Prezentująca')).toBeVisible();
  await lead.getByLabel('Ukryj nazwiska').check();
  await expect(hall.getByText('Ola Prezentująca')).toHaveCount(0);

  await lead.getByRole('button', { name: 'Prezentuj ścieżkę' }).click();
  await expect(hall.getByText(/Slajd 1 z /)).toBeVisible();
  await expect(hall.getByText('Ola Prezentująca')).toHaveCount(0);
  await lead.getByLabel('Ukryj nazwiska').uncheck();
  await expect(hall.getByText('Ola Prezentująca')).toBeVisible();
  await expect(member.getByText('Twoja grupa prezentuje')).toHaveCount(0);
  await lead.getByLabel('Oddaj pilota grupie').check();
  await member.getByRole('button', { name: 'Następny slajd' }).click();
  await expect(hall.getByText(/Slajd 2 z /)).toBeVisible();
  await expect(lead.getByText(/^Slajd 2 z /)).toBeVisible();
  await hall.keyboard.press('PageDown');
  await expect(member.getByText(/Slajd 3 z /)).toBeVisible();
  await accessible(hall);
  await accessible(member);

  // What the group still writes is on the slide at once.
  await lead.getByRole('combobox', { name: 'Slajd' }).selectOption({ index: 1 });
  const foot = member.getByRole('navigation', { name: 'Etap i nowa kartka' });
  await foot.getByRole('button', { name: /^Dodaj kartkę/ }).click();
  await member.getByRole('dialog').getByRole('button', { name: 'Pytanie' }).click();
  await member.getByRole('textbox', { name: 'Treść kartki' }).fill('Nowe pytanie z sali');
  await lead
    .getByRole('combobox', { name: 'Slajd' })
    .selectOption({ label: '3. Pytania i hipotezy' });
  await expect(hall.getByText('Nowe pytanie z sali')).toBeVisible();

  // A projector that was away shows what is shown now; its own key makes it dark.
  await hall.context().setOffline(true);
  await lead.getByRole('button', { name: 'Zegar' }).click();
  await hall.context().setOffline(false);
  await expect(mode(hall)).toHaveAttribute('data-mode', 'timer');
  await hall.keyboard.press('.');
  await expect(mode(hall)).toHaveClass(/blank/);
  await expect(member.getByText('Twoja grupa prezentuje')).toHaveCount(0);
  await hall.reload();
  await expect(mode(hall)).toHaveAttribute('data-mode', 'timer');
  await Promise.all([lead, hall, member].map((page) => page.context().close()));
});

test('a projector without its server says how old its picture is, and comes back', async ({
  browser,
}) => {
  const lead = await open(browser, demo.facilitator, {});
  const hall = await open(browser, demo.projector.replace(a.url, b.url), { viewport: hd });
  await show(lead, 'Wszystkie grupy');
  await expect(hall.getByText('Grupa Rudziki').first()).toBeVisible();
  await b.kill();
  await expect(hall.getByText(/Brak połączenia, obraz sprzed/)).toBeVisible({ timeout: 30_000 });
  await expect(hall.getByText('Grupa Rudziki').first()).toBeVisible();
  await show(lead, 'Ciemny ekran');
  await b.up();
  // As when the network comes back: the next try need not be waited for.
  await hall.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(mode(hall)).toHaveClass(/blank/, { timeout: 30_000 });
  await expect(hall.getByText(/Brak połączenia, obraz sprzed/)).toHaveCount(0);

  // What both instances keep everything in goes and comes back: so does what is led.
  await redis.kill();
  await redis.up();
  await expect
    .poll(async () => {
      const answer = await fetch(`${a.url}/api/workshops/${demo.workshopId}/screen`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${demo.token}` },
        body: JSON.stringify({ mode: 'timer' }),
      });
      return answer.ok;
    })
    .toBe(true);
  await expect(mode(hall)).toHaveAttribute('data-mode', 'timer');
  await Promise.all([lead, hall].map((page) => page.context().close()));
});

test('the hands-free round is held, stepped and let go by a clicker, and made dark', async ({
  browser,
}) => {
  const lead = await open(browser, demo.facilitator, {});
  const hall = await open(browser, demo.projector.replace(a.url, b.url), { viewport: xga });
  await show(lead, 'Pokaz bez obsługi');
  await expect(mode(hall)).toHaveAttribute('data-mode', 'carousel');
  const held = hall.getByRole('button', { name: 'Wstrzymaj pokaz' });
  await expect(held).toHaveAttribute('aria-pressed', 'false');
  // Five stops: all groups together, and each of the four.
  const seen = new Set<string>();
  for (let n = 0; n < 5; n++) {
    await hall.keyboard.press('PageDown');
    await expect(held).toHaveAttribute('aria-pressed', 'true');
    seen.add(await hall.getByRole('main').innerText());
  }
  expect(seen.size).toBe(5);
  await hall.keyboard.press('PageUp');
  await accessible(hall, 'the round is held');
  await hall.keyboard.press(' ');
  await expect(held).toHaveAttribute('aria-pressed', 'false');
  await held.focus();
  await hall.keyboard.press('Enter');
  await expect(held).toHaveAttribute('aria-pressed', 'true');
  for (const [key, dark] of [
    ['.', true],
    ['b', false],
    ['Shift+B', true],
    ['Shift+B', false],
  ] as const) {
    await hall.keyboard.press(key);
    await (dark ? expect(mode(hall)) : expect(mode(hall)).not).toHaveClass(/blank/);
  }
  // What is led from the console ends it.
  await show(lead, 'Wszystkie grupy');
  await show(lead, 'Pokaz bez obsługi');
  await expect(held).toHaveAttribute('aria-pressed', 'false');
  await Promise.all([lead, hall].map((page) => page.context().close()));
});

test('every phase is said to a screen reader, the first one too, whatever is shown', async ({
  browser,
}) => {
  const created = await createWorkshop(a.url);
  const lead = new Lead(a.url, created);
  const hall = await open(browser, created.links.projector, { viewport: hd });
  await expect(hall.getByRole('img', { name: /Kod QR/ }).first()).toBeVisible();
  const said = hall.locator('[data-said]');
  const { agenda } = (await lead.send<State>('GET', '')).workshop;
  await expect(said).toHaveText('');
  for (const screen of ['day', 'timer', 'blank', 'wall', 'theory']) {
    await lead.send('PATCH', 'screen', { mode: screen });
    const { workshop } = await lead.send<State>('POST', 'phase', { action: 'skip' });
    const name = agenda[workshop.phase?.index ?? -1]?.name.pl ?? '';
    expect(name).not.toBe('');
    await expect(said, screen).toContainText(name);
  }
  await hall.context().close();
});

test('a call for help is on the wall only when the facilitator wants it there', async ({
  browser,
}) => {
  const lead = await open(browser, demo.facilitator, {});
  const hall = await open(browser, demo.projector.replace(a.url, b.url), { viewport: hd });
  const joined = (await (
    await fetch(`${a.url}/api/join`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        code: demo.join.split('#')[1],
        name: 'Jan Pytający',
        department: '',
        groupId: demo.groups[0]?.id,
      }),
    })
  ).json()) as { token: string };
  await fetch(`${a.url}/api/workshops/${demo.workshopId}/help`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${joined.token}` },
    body: JSON.stringify({ text: 'Skąd wziąć dane o lokalach?' }),
  });
  await show(lead, 'Wszystkie grupy');
  await expect(hall.locator('article[data-group]')).toHaveCount(4);
  await expect(hall.getByText('prosi o pomoc')).toHaveCount(0);
  await lead.getByLabel('Pokaż na ekranie, która grupa czeka na pomoc').check();
  await expect(hall.getByText('prosi o pomoc')).toHaveCount(1);
  await expect(hall.getByText('Skąd wziąć dane')).toHaveCount(0);
  await Promise.all([lead, hall].map((page) => page.context().close()));
});

test('a projector that changes what it shows all day holds no more than at first', async ({
  browser,
}) => {
  const hall = await open(browser, demo.projector.replace(a.url, b.url), { viewport: hd });
  const devtools = await hall.context().newCDPSession(hall);
  await devtools.send('Performance.enable');
  const group = demo.groups[2]?.id;
  const shows: object[] = [
    { mode: 'focus', groupId: group, stageId: 'data' },
    { mode: 'presentation', groupId: group },
    { mode: 'theory', stageId: '' },
    { mode: 'compare', stageId: 'solution' },
    { mode: 'votes' },
    { mode: 'timer' },
    { mode: 'lobby' },
    { mode: 'blank' },
    { mode: 'carousel' },
    { mode: 'wall' },
  ];
  const round = async (): Promise<void> => {
    for (const body of shows) {
      const answer = await fetch(`${a.url}/api/workshops/${demo.workshopId}/screen`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${demo.token}` },
        body: JSON.stringify(body),
      });
      expect(answer.ok).toBe(true);
      const { mode: shown } = body as { mode: string };
      await expect(mode(hall)).toHaveAttribute('data-mode', shown);
    }
    await expect(hall.locator('article[data-group]')).toHaveCount(4);
  };
  const held = async (): Promise<Record<string, number>> => {
    await devtools.send('HeapProfiler.collectGarbage');
    const { metrics } = await devtools.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map((m) => [m.name, m.value]));
  };
  await round();
  const first = await held();
  for (let i = 0; i < 6; i++) await round();
  const last = await held();
  const more = (name: string): number => (last[name] ?? 0) - (first[name] ?? 0);
  // A round makes thousands of nodes and some hundred listeners.
  expect(more('Nodes')).toBeLessThan(300);
  expect(more('JSEventListeners')).toBeLessThan(20);
  expect(more('ResizeObservers')).toBeLessThanOrEqual(0);
  expect(more('Documents')).toBeLessThanOrEqual(0);
  await hall.context().close();
});
