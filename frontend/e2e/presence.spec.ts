import { expect, type Page, test } from '@playwright/test';
import { addCard, card, editCard, saved, stage } from './support/board';
import { Crowd } from './support/crowd';
import { Pathboard, Redis } from './support/processes';
import { Proxy } from './support/proxy';
import { SlowLine } from './support/slowline';
import { type Created, createWorkshop, memberJoins } from './support/workshop';

/* Who is here, where they look and what they write; that it is true; and that
   it stays quiet. That the silent go within 35 s, and a lost goodbye delays
   nothing, is a test of the hub, on a clock (TestWhoIsGoneDisappears). */
let server: Pathboard;
let created: Created;
test.beforeAll(async () => {
  server = await Pathboard.start();
  created = await createWorkshop(server.url);
});
test.afterAll(() => server.stop());

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const people = (page: Page) => page.locator('details.people');
/** A loss that is known takes people away within this, in ms. */
const known = 5_000;
/** A loss that nobody tells of does within this. */
const silent = 35_000;

async function listed(page: Page): Promise<string[]> {
  const list = people(page);
  if ((await list.getAttribute('open')) === null) await list.locator('summary').click();
  const rows = await list
    .getByRole('listitem')
    .filter({ has: page.locator('strong') })
    .all();
  const texts = await Promise.all(rows.map((row) => row.innerText()));
  await list.locator('summary').click();
  return texts.map((text) => text.replace(/\s+/g, ' ').trim());
}

test('who is here, where they look, what they write; a person followed is gone after', async ({
  browser,
}) => {
  const ada = await memberJoins(browser, server.url, created, 'Ada Patrząca', 'Jaskółki', phone);
  const jan = await memberJoins(browser, server.url, created, 'Jan Piszący', 'Jaskółki');
  await addCard(jan.page, 'problem', 'Problem', 'Tu patrzę');
  await card(jan.page, 'Tu patrzę').focus();

  // Who and where: in the list, and at the card, by name and not by colour alone.
  await expect.poll(() => listed(ada.page)).toEqual(['Jan Piszący Problem Podążaj']);
  await expect(card(ada.page, 'Tu patrzę').locator('.here')).toHaveText('Jan Piszący');

  // What they write: said in the list and at the card, with a caret that has a name.
  await editCard(jan.page, 'Tu patrzę');
  await jan.page.keyboard.type(' i piszę');
  await expect(card(ada.page, 'Tu patrzę').locator('.typing')).toContainText('Jan Piszący pisze');
  await expect(card(ada.page, 'Tu patrzę').locator('.caret .name')).toHaveText('Jan Piszący');
  await expect.poll(() => listed(ada.page)).toEqual(['Jan Piszący Problem · pisze Podążaj']);
  await jan.page.keyboard.press('Escape');

  // A second tab is the same person, once.
  const second = await jan.context.newPage();
  await second.goto(jan.page.url());
  await card(second, 'Tu patrzę').focus();
  await expect.poll(() => listed(ada.page)).toHaveLength(1);
  await expect(card(ada.page, 'Tu patrzę').locator('.here')).toHaveText('Jan Piszący');
  await second.close();

  // Followed: the stage on the phone is the one they go to.
  await people(ada.page).locator('summary').click();
  await ada.page.getByRole('button', { name: /Jan Piszący/ }).click();
  await expect(ada.page.getByText('Podążasz za: Jan Piszący')).toBeVisible();
  await addCard(jan.page, 'analysis', 'Metoda', 'Dalej jest tutaj');
  await expect(stage(ada.page, 'analysis')).toBeInViewport();
  await expect(card(ada.page, 'Dalej jest tutaj')).toBeInViewport();
  // Whoever is followed leaves: one stays where one is, and is told.
  await jan.context.close();
  await expect(ada.page.getByText('Podążasz za: Jan Piszący')).toBeHidden();
  await expect(card(ada.page, 'Dalej jest tutaj')).toBeInViewport();
  await expect(people(ada.page)).toBeHidden();
  await ada.context.close();
});

test('a lost network is true on both sides within 5 s, and once more when it is back', async ({
  browser,
}) => {
  const net = await Proxy.start(server.port, 'pass');
  const ada = await memberJoins(browser, server.url, created, 'Ada Zostająca', 'Pustułki');
  const jan = await memberJoins(browser, net.url, created, 'Jan Znikający', 'Pustułki');
  await addCard(jan.page, 'problem', 'Problem', 'Przed utratą');
  await expect(card(ada.page, 'Przed utratą')).toBeVisible();
  await editCard(jan.page, 'Przed utratą');
  await expect(card(ada.page, 'Przed utratą').locator('.typing')).toBeVisible();
  await expect(people(jan.page)).toBeVisible();

  net.down();
  // The others no longer see him, neither in the list nor at the card he wrote on …
  await expect(people(ada.page)).toBeHidden({ timeout: known });
  await expect(card(ada.page, 'Przed utratą').locator('.typing, .here')).toHaveCount(0);
  // … and he does not go on seeing them, for nothing is known of them any more.
  await expect(people(jan.page)).toBeHidden({ timeout: known });

  net.up();
  await jan.page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(people(ada.page)).toBeVisible();
  await expect(people(jan.page)).toBeVisible();
  await expect(card(ada.page, 'Przed utratą').locator('.typing')).toBeVisible();
  await Promise.all([ada.context.close(), jan.context.close()]);
  await net.stop();
});

test('a device that knows its network is gone shows nobody, before any silence is noticed', async ({
  browser,
}) => {
  const line = await SlowLine.start(server.port);
  const ada = await memberJoins(browser, line.url, created, 'Ada Bezsieciowa', 'Rudziki');
  const jan = await memberJoins(browser, server.url, created, 'Jan Obecny', 'Rudziki');
  await expect(people(ada.page)).toBeVisible();
  await saved(ada.page);
  line.delay = 600_000; // nothing passes, and nobody is told
  line.dead = true;
  await ada.page.evaluate(() => window.dispatchEvent(new Event('offline')));
  await expect(people(ada.page)).toBeHidden({ timeout: known });
  await expect(ada.page.locator('[data-save]')).toHaveAttribute('data-save', /offline|device/);
  await Promise.all([ada.context.close(), jan.context.close()]);
  await line.stop();
});

test('a line that falls silent is given up by a clock, and takes everybody with it', async ({
  browser,
}) => {
  const line = await SlowLine.start(server.port);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`${line.url}/join#${created.joinCode}`);
  await page.getByLabel('Imię', { exact: false }).first().fill('Ada Zegarowa');
  await page.getByLabel('Wydział', { exact: false }).first().fill('Wydział Informatyki');
  await page.getByRole('radio', { name: /Sikory/ }).check({ force: true });
  await page.getByRole('button', { name: /Dołącz/ }).click();
  const jan = await memberJoins(browser, server.url, created, 'Jan Obecny', 'Sikory');
  await expect(people(page)).toBeVisible();
  line.delay = 600_000;
  line.dead = true;
  await page.clock.runFor(35_000);
  await expect(people(page)).toBeHidden();
  await expect(page.locator('[data-save]')).toHaveAttribute('data-save', /offline|device/);
  await Promise.all([context.close(), jan.context.close()]);
  await line.stop();
});

test('an instance that is killed takes its people away from the screens of the others', async ({
  browser,
}) => {
  const redis = await Redis.start();
  const [a, b] = await Promise.all([Pathboard.start({ redis }), Pathboard.start({ redis })]);
  const shared = await createWorkshop(a.url);
  const ada = await memberJoins(browser, a.url, shared, 'Ada Zostająca', 'Rudziki');
  const jan = await memberJoins(browser, b.url, shared, 'Jan Odcięty', 'Rudziki');
  const eve = await memberJoins(browser, b.url, shared, 'Ewa Wracająca', 'Rudziki');
  await addCard(jan.page, 'problem', 'Problem', 'Na drugim serwerze');
  await editCard(jan.page, 'Na drugim serwerze');
  await expect(card(ada.page, 'Na drugim serwerze').locator('.typing')).toBeVisible();
  await expect.poll(() => listed(ada.page)).toHaveLength(2);
  await saved(jan.page);

  await b.kill(); // nobody says goodbye
  await expect(people(ada.page)).toBeHidden({ timeout: silent });
  await expect(card(ada.page, 'Na drugim serwerze').locator('.typing, .here')).toHaveCount(0);
  // Those who find another instance are seen again, the others are not.
  await jan.context.close();
  await b.up();
  await expect
    .poll(() => listed(ada.page), { timeout: silent })
    .toEqual([expect.stringContaining('Ewa Wracająca')]);
  await Promise.all([ada.context.close(), eve.context.close()]);
  await Promise.all([a.stop(), b.stop()]);
  await redis.stop();
});

test('a thousand people on one board cost a bounded page, and writing goes on', async ({
  browser,
}) => {
  const context = await browser.newContext();
  const crowd = await Crowd.with(context);
  const page = await context.newPage();
  await page.goto(`${server.url}/join#${created.joinCode}`);
  await page.getByLabel('Imię', { exact: false }).first().fill('Ada Wśródtłumu');
  await page.getByLabel('Wydział', { exact: false }).first().fill('Wydział Informatyki');
  await page.getByRole('radio', { name: /Rudziki/ }).check({ force: true });
  await page.getByRole('button', { name: /Dołącz/ }).click();
  await addCard(page, 'problem', 'Problem', 'Karta, na którą patrzą wszyscy');
  await saved(page);
  const id = await card(page, 'Karta, na którą').getAttribute('id');
  const count = (): Promise<number> => page.evaluate(() => document.querySelectorAll('*').length);
  const before = await count();
  const at = (n: number) => ({
    stage: 'problem',
    card: n % 2 ? id?.replace('card-', '') : null,
    editing: n % 4 === 1,
  });
  crowd.tell(0, 1000, at);
  const list = people(page);
  await expect(list.getByText('+996')).toBeAttached();
  await list.locator('summary').click();
  await expect(list.getByText('i jeszcze 950 osób')).toBeVisible();
  await expect(list.locator('li').filter({ has: page.locator('strong') })).toHaveCount(50);
  expect((await count()) - before).toBeLessThan(600);
  await list.locator('summary').click();
  expect((await count()) - before).toBeLessThan(60);
  await expect(card(page, 'Karta, na którą').locator('.typing')).toContainText('+247');

  // All move at once, again and again, while somebody writes.
  const field = await editCard(page, 'Karta, na którą');
  for (let round = 1; round <= 5; round++) {
    crowd.tell(0, 1000, (n) => ({ ...at(n + round), cursor: null }));
    await page.keyboard.type(`${round}`);
  }
  await expect(field).toHaveValue('Karta, na którą patrzą wszyscy12345');
  await saved(page);
  await context.close();
});

test('presence is quiet: nothing blinks or moves by itself, and motion can be refused', async ({
  browser,
}) => {
  for (const reducedMotion of ['no-preference', 'reduce'] as const) {
    const group = reducedMotion === 'reduce' ? 'Jaskółki' : 'Sikory';
    const ada = await memberJoins(browser, server.url, created, 'Ada Cicha', group, {
      reducedMotion,
    });
    const jan = await memberJoins(browser, server.url, created, 'Jan Ruchliwy', group);
    await addCard(jan.page, 'problem', 'Problem', `Spokój ${reducedMotion}`);
    await editCard(jan.page, `Spokój ${reducedMotion}`);
    await expect(card(ada.page, `Spokój ${reducedMotion}`).locator('.caret')).toBeAttached();
    const moving = await ada.page.evaluate(
      (still) =>
        document
          .getAnimations()
          .filter((a) => {
            const { iterations, duration } = a.effect?.getComputedTiming() ?? {};
            return iterations === Infinity || (still && Number(duration) > 1);
          })
          .map((a) => (a as CSSAnimation).animationName ?? 'transition'),
      reducedMotion === 'reduce',
    );
    expect(moving).toEqual([]);
    // Nothing of it is read out: people come and go without a word.
    await expect(ada.page.getByRole('log')).not.toContainText('pisze');
    await Promise.all([ada.context.close(), jan.context.close()]);
  }
});
