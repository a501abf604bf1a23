import { expect, type Page, test } from '@playwright/test';
import { saved } from './support/board';
import { Pathboard, Redis } from './support/processes';
import { Proxy } from './support/proxy';
import { createWorkshop, memberJoins } from './support/workshop';

/**
 * Three people click and type at random on two instances while lines are cut
 * and an instance is killed. In the end all three screens and the server show
 * the same. PATHBOARD_CONVERGE=600 goes on for ten minutes, PATHBOARD_SEED
 * repeats a run's choices.
 */
const seconds = Number(process.env['PATHBOARD_CONVERGE'] ?? 15);
const seed = Number(process.env['PATHBOARD_SEED'] ?? Date.now() % 1_000_000);

/** Mulberry32: small, and good enough to choose buttons. */
function random(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const words = ['zażółć', 'gęślą', 'jaźń', '🌳', 'dane', 'śródmieście', 'ą', 'wskaźnik'];
const field = (page: Page) => page.getByRole('textbox', { name: 'Treść kartki' });

class Person {
  constructor(
    readonly page: Page,
    private readonly roll: () => number,
  ) {}

  #one<T>(list: readonly T[]): T {
    return list[Math.floor(this.roll() * list.length)] as T;
  }

  /** One thing that a person might do; what is gone meanwhile is passed over. */
  async act(): Promise<void> {
    const keys = this.page.keyboard;
    const card = await this.#card();
    const dice = this.roll();
    if (!card || dice < 0.25) return this.#add();
    await this.page.evaluate((id) => document.getElementById(id)?.focus(), card);
    if (dice < 0.5) return this.#write();
    if (dice < 0.72) {
      const arrows = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'] as const;
      await keys.press(`Control+${this.#one(arrows)}`);
    } else if (dice < 0.8) await this.#join();
    else if (dice < 0.84) await keys.press('d');
    else if (dice < 0.9) await keys.press('Delete');
    else await keys.press(dice < 0.96 ? 'Control+z' : 'Control+y');
  }

  async #card(): Promise<string | undefined> {
    const ids = await this.page
      .locator('article[id^=card-]')
      .evaluateAll((all) => all.map((a) => a.id));
    return ids.length > 0 ? this.#one(ids) : undefined;
  }

  async #add(): Promise<void> {
    const buttons = this.page.locator('.column button[aria-label^="Dodaj kartkę"]');
    await buttons.nth(Math.floor(this.roll() * (await buttons.count()))).click();
    await this.#type();
  }

  async #write(): Promise<void> {
    await this.page.keyboard.press('Enter');
    await this.#type();
  }

  /** Joins the card at hand to another, unless one of them is gone by then. */
  async #join(): Promise<void> {
    await this.page.keyboard.press('l');
    const other = await this.#card();
    if (other) await this.page.evaluate((id) => document.getElementById(id)?.focus(), other);
    await this.page.keyboard.press('Enter');
    await this.page.keyboard.press('Escape');
    await this.page.keyboard.press('Escape');
  }

  async #type(): Promise<void> {
    // Somebody may have deleted the card under the hands.
    if (!(await field(this.page).isVisible())) return;
    if (this.roll() < 0.5) await this.page.keyboard.press('Home');
    for (let i = 0; i < 3; i++) await this.page.keyboard.type(`${this.#one(words)} `);
    if (this.roll() < 0.3) await this.page.keyboard.press('Backspace');
    await this.page.keyboard.press('Escape');
  }
}

/** What a screen shows: the texts of each stage from the top. */
const shown = (page: Page): Promise<Record<string, string[]>> =>
  page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll<HTMLElement>('[data-stage]')].map((stage) => [
        stage.dataset['stage'] ?? '',
        [...stage.querySelectorAll('article')].map((a) => {
          const text = a.querySelector('.text');
          return text?.classList.contains('empty') ? '' : (text?.textContent?.trim() ?? '');
        }),
      ]),
    ),
  );

/** How many ends of links the cards of a screen tell of. */
const linkEnds = (page: Page): Promise<number> =>
  page
    .locator('article button.fact[aria-label*="powiąza"]')
    .evaluateAll((all) =>
      all.reduce((sum, button) => sum + Number.parseInt(button.textContent ?? '0'), 0),
    );

interface BoardJSON {
  cards: { id: string; stage: string; text?: string }[];
  links?: { from: string; to: string }[];
}

test('three browsers at random, with faults, end equal to each other and to the server', async ({
  browser,
}) => {
  console.log(`PATHBOARD_SEED=${seed}`);
  test.setTimeout((seconds + 120) * 1000);
  const roll = random(seed);
  const redis = await Redis.start();
  const [a, b] = await Promise.all([Pathboard.start({ redis }), Pathboard.start({ redis })]);
  const proxies = await Promise.all([
    Proxy.start(a.port),
    Proxy.start(a.port),
    Proxy.start(b.port),
  ]);
  proxies.forEach((p) => (p.upgrades = 'pass'));
  const created = await createWorkshop(a.url);
  const people: Person[] = [];
  for (const [i, proxy] of proxies.entries()) {
    const { page } = await memberJoins(browser, proxy.url, created, `Osoba ${i + 1}`, 'Rudziki');
    people.push(new Person(page, random(seed + i + 1)));
  }

  const end = Date.now() + seconds * 1000;
  const busy = people.map(async (person) => {
    while (Date.now() < end) await person.act();
  });
  const faults = (async () => {
    for (let n = 0; Date.now() < end; n++) {
      await new Promise((next) => setTimeout(next, 1000 + roll() * 3000));
      if (n % 4 === 3) {
        const victim = roll() < 0.5 ? a : b;
        await victim.kill();
        await victim.up();
      } else proxies[Math.floor(roll() * proxies.length)]?.cut();
    }
  })();
  await Promise.all([...busy, faults]);

  for (const { page } of people) {
    await page.keyboard.press('Escape');
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await saved(page);
  }
  const group = created.workshop.groups[2]?.id ?? '';
  const board = async (): Promise<BoardJSON> => {
    const answer = await fetch(
      `${b.url}/api/workshops/${created.workshop.id}/groups/${group}/board`,
      { headers: { authorization: `Bearer ${created.tokens.facilitator}` } },
    );
    return (await answer.json()) as BoardJSON;
  };
  const truth = async (): Promise<Record<string, string[]>> => {
    const { cards } = await board();
    const first = people[0];
    if (!first) throw new Error('nobody');
    const stages = Object.keys(await shown(first.page));
    return Object.fromEntries(
      stages.map((stage) => [
        stage,
        cards.filter((c) => c.stage === stage).map((c) => (c.text ?? '').trim()),
      ]),
    );
  };
  for (const [i, { page }] of people.entries()) {
    await expect
      .poll(async () => JSON.stringify(await shown(page)), { message: `screen ${i + 1}` })
      .toBe(JSON.stringify(await truth()));
  }
  const { cards, links = [] } = await board();
  const there = new Set(cards.map((c) => c.id));
  const whole = links.filter((l) => l.from !== l.to && there.has(l.from) && there.has(l.to));
  for (const { page } of people) await expect.poll(() => linkEnds(page)).toBe(2 * whole.length);
  test.info().annotations.push({ type: 'links', description: String(whole.length) });
  const all = Object.values(await truth()).flat();
  expect(all.length).toBeGreaterThan(3);
  test.info().annotations.push({ type: 'cards', description: String(all.length) });
  await Promise.all(people.map(({ page }) => page.context().close()));
  await Promise.all([...proxies.map((p) => p.stop()), a.stop(), b.stop()]);
  await redis.stop();
});
