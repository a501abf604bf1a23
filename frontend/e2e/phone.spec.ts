import { type BrowserContext, type CDPSession, expect, type Page, test } from '@playwright/test';
import { accessible } from './support/axe';
import { addCard, card, saved, stage, texts } from './support/board';
import { Pathboard } from './support/processes';
import { type Created, createWorkshop, joinWorkshop, memberJoins } from './support/workshop';
import { scripted } from './support/scripted';
import * as Y from 'yjs';

/* The board under a thumb and under a pen: on the narrowest phone that is sold,
   and on a tablet. Touches are the browser's own, not events made up in the page. */
let server: Pathboard;
let created: Created;
test.beforeAll(async () => {
  server = await Pathboard.start();
  created = await createWorkshop(server.url);
});
test.afterAll(() => server.stop());

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const tablet = { viewport: { width: 1024, height: 768 }, hasTouch: true };

/** Cards of a group's first stages, put there by a member without a screen. */
async function fill(group: string, count: number, stageId = 'problem'): Promise<void> {
  const found = created.workshop.groups.find((g) => g.name.includes(group));
  if (!found) throw new Error(`no group ${group}`);
  const joined = await joinWorkshop(
    server.url,
    created.joinCode,
    `Pisząca ${group} ${count}${stageId}`,
    found.id,
  );
  const member = await scripted(server.url, joined.token, `board.${found.id}`);
  member.doc.transact(() => {
    for (let i = 0; i < count; i++) {
      const fields = {
        kind: 'problem',
        stage: stageId,
        order: `a${String(i).padStart(3, '0')}`,
        author: joined.participant.id,
        createdAt: 1_700_000_000_000 + i,
      };
      const one = new Y.Map<unknown>(Object.entries(fields));
      one.set('text', new Y.Text(`Kartka ${String(i).padStart(2, '0')} o dojściu do przystanku`));
      member.doc.getMap('cards').set(`${stageId}-${i}`, one);
    }
  });
  await member.saved();
  member.close();
}

type Point = { x: number; y: number };
class Finger {
  private constructor(private readonly cdp: CDPSession) {}

  static async on(context: BrowserContext, page: Page): Promise<Finger> {
    return new Finger(await context.newCDPSession(page));
  }

  down = (at: Point) => this.#send('touchStart', [at]);
  move = (at: Point) => this.#send('touchMove', [at]);
  up = () => this.#send('touchEnd', []);

  /** One movement in steps, as a finger makes it. */
  async stroke(from: Point, to: Point, steps = 8): Promise<void> {
    // Sent at once: on a slow machine pauses between them would be a long press.
    const sent = [this.down(from)];
    for (let i = 1; i <= steps; i++)
      sent.push(
        this.move({
          x: from.x + ((to.x - from.x) * i) / steps,
          y: from.y + ((to.y - from.y) * i) / steps,
        }),
      );
    await Promise.all([...sent, this.up()]);
  }

  async #send(type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: Point[]): Promise<void> {
    await this.cdp.send('Input.dispatchTouchEvent', { type, touchPoints });
  }
}

async function middle(page: Page, text: string): Promise<Point> {
  const box = await card(page, text).boundingBox();
  if (!box) throw new Error(`${text} is not to be seen`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** What lies over the middle of an element, if anything but itself. */
const covered = (page: Page, selector: string): Promise<string | null> =>
  page.evaluate((s) => {
    const element = document.querySelector(s);
    if (!element) return `no ${s}`;
    const box = element.getBoundingClientRect();
    const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return at && (element.contains(at) || at.contains(element))
      ? null
      : (at?.outerHTML ?? 'nothing');
  }, selector);

test('one stage at a time, all within reach of the thumb, nothing wider than the screen', async ({
  browser,
}) => {
  await fill('Jaskółki', 12);
  const { page, context } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada Kciukowa',
    'Jaskółki',
    phone,
  );
  await expect(card(page, 'Kartka 00')).toBeVisible();
  const shown = (): Promise<number> => page.locator('[data-stage]:visible').count();
  await expect.poll(shown).toBe(1);
  const width = (): Promise<number> =>
    page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await expect.poll(width).toBeLessThanOrEqual(0);

  // What one does most is at the foot, large, and stays there.
  const foot = page.getByRole('navigation', { name: 'Etap i nowa kartka' });
  for (const button of await foot.getByRole('button').all()) {
    const box = await button.boundingBox();
    expect(box?.height ?? 0).toBeGreaterThanOrEqual(44);
    expect(box?.width ?? 0).toBeGreaterThanOrEqual(44);
    expect(box?.y ?? 0).toBeGreaterThan(740 * 0.8);
  }
  // Every other target is at least as large as WCAG 2.2 asks (2.5.8).
  const small = await page.evaluate(() =>
    [...document.querySelectorAll('button, a, summary, input, [role=radio]')]
      .filter(
        (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('.skip, p, li p'),
      )
      .map((e) => ({ box: e.getBoundingClientRect(), name: e.outerHTML.slice(0, 80) }))
      .filter(({ box }) => box.width > 1 && (box.width < 24 || box.height < 24))
      .map(({ name }) => name),
  );
  expect(small.filter((name) => !name.includes('class="skip'))).toEqual([]);

  await foot.getByRole('button', { name: /Pytania/ }).tap();
  await expect(stage(page, 'questions')).toBeVisible();
  await expect.poll(shown).toBe(1);
  await foot.getByRole('button', { name: 'Dodaj kartkę' }).tap();
  await page.getByRole('dialog').getByText('Pytanie', { exact: true }).first().tap();
  await expect(page.getByRole('textbox', { name: 'Treść kartki' })).toBeFocused();
  await page.keyboard.type('Kto tędy chodzi?');
  await foot.getByRole('button', { name: 'Gotowe' }).tap();
  await expect(card(page, 'Kto tędy chodzi?')).toBeVisible();
  await expect.poll(width).toBeLessThanOrEqual(0);
  await accessible(page, 'phone');

  // The way back closes what lies over the board, and leaves the board as it was.
  const address = page.url();
  const over = page.getByRole('dialog');
  await card(page, 'Kto tędy chodzi?').getByRole('button', { name: 'Opcje kartki' }).tap();
  await expect(over).toBeVisible();
  await page.goBack();
  await expect(over).toHaveCount(0);
  // Going back takes a browser a while; what opens meanwhile is not what it closes.
  await page.evaluate(() => {
    const seen = globalThis as unknown as { wentBack: boolean };
    const back = history.back.bind(history);
    history.back = () => void setTimeout(back, 500);
    addEventListener('popstate', () => (seen.wentBack = true));
  });
  await page.getByRole('button', { name: 'Szukaj i polecenia' }).tap();
  await page.getByRole('combobox').fill('Powiązania');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Powiązania' })).toBeVisible();
  await page.waitForFunction(() => 'wentBack' in globalThis);
  await expect(page.getByRole('dialog', { name: 'Powiązania' })).toBeVisible();
  await page.goBack();
  await expect(over).toHaveCount(0);
  expect(page.url()).toBe(address);
  await expect(card(page, 'Kto tędy chodzi?')).toBeVisible();

  // Turned while one writes: the field stays in sight and keeps the focus.
  await card(page, 'Kto tędy chodzi?').locator('.text').tap();
  const field = page.getByRole('textbox', { name: 'Treść kartki' });
  for (const size of [
    { width: 740, height: 360 },
    { width: 360, height: 740 },
  ]) {
    await page.setViewportSize(size);
    await expect(field).toBeInViewport({ ratio: 0.9 });
    await expect(field).toBeFocused();
  }
  await context.close();
});

test('a finger that scrolls over cards never moves one; a swipe turns the stage, and writes nothing', async ({
  browser,
}) => {
  await fill('Pustułki', 14);
  const { page, context } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada Przewijająca',
    'Pustułki',
    phone,
  );
  await expect(card(page, 'Kartka 13')).toBeAttached();
  const order = await texts(page, 'problem');
  const finger = await Finger.on(context, page);
  // The code that drags comes with the first press: the second meets it loaded.
  for (const round of [1, 2, 3]) {
    await page.evaluate(() => scrollTo(0, 0));
    const before = await page.evaluate(() => scrollY);
    const from = { x: 180, y: 560 };
    await finger.stroke(from, { x: 184, y: 560 - 60 * round });
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(before);
    await expect(page.locator('.dragged')).toHaveCount(0);
  }
  expect(await texts(page, 'problem')).toEqual(order);
  await expect(page.getByRole('textbox', { name: 'Treść kartki' })).toHaveCount(0);

  // A second finger, as for zooming, ends what the first began.
  await page.evaluate(() => scrollTo(0, 0));
  const at = await middle(page, 'Kartka 01');
  await finger.down(at);
  await expect(page.locator('.dragged')).toBeVisible();
  await finger.up();
  await expect(page.locator('.dragged')).toHaveCount(0);
  expect(await texts(page, 'problem')).toEqual(order);

  // Across: the next stage, and back; steep or short strokes are none.
  await finger.stroke({ x: 300, y: 400 }, { x: 60, y: 410 });
  await expect(stage(page, 'questions')).toBeVisible();
  await finger.stroke({ x: 60, y: 400 }, { x: 300, y: 390 });
  await expect(stage(page, 'problem')).toBeVisible();
  await finger.stroke({ x: 200, y: 400 }, { x: 160, y: 402 });
  await expect(stage(page, 'problem')).toBeVisible();
  await saved(page);
  expect(await texts(page, 'problem')).toEqual(order);
  await context.close();
});

test('a long press takes a card to another stage over its tab', async ({ browser }) => {
  await fill('Sikory', 3);
  const { page, context } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada Przenosząca',
    'Sikory',
    phone,
  );
  await expect(card(page, 'Kartka 02')).toBeVisible();
  const finger = await Finger.on(context, page);
  await finger.down(await middle(page, 'Kartka 02'));
  await expect(page.locator('.dragged')).toBeVisible();
  const tab = await page.locator('[data-tab="questions"]').boundingBox();
  if (!tab) throw new Error('no tab');
  const over = { x: tab.x + tab.width / 2, y: tab.y + tab.height / 2 };
  await finger.move({ x: over.x + 20, y: over.y + 60 });
  await finger.move(over);
  await expect(stage(page, 'questions')).toBeVisible();
  await finger.move({ x: 180, y: 400 });
  await finger.up();
  await expect.poll(() => texts(page, 'questions')).toEqual(['Kartka 02 o dojściu do przystanku']);
  await context.close();
});

test('on a tablet a long press takes a card across stages, beyond the edge too; a stroke only scrolls', async ({
  browser,
}) => {
  await fill('Rudziki', 3);
  const { page, context } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada Tabletowa',
    'Rudziki',
    { viewport: { width: 820, height: 1180 }, hasTouch: true, isMobile: true },
  );
  await expect(card(page, 'Kartka 02')).toBeVisible();
  const finger = await Finger.on(context, page);
  const from = await middle(page, 'Kartka 01');
  await finger.stroke(from, { x: from.x - 40, y: from.y - 160 });
  await expect(page.locator('.dragged')).toHaveCount(0);
  expect(await texts(page, 'problem')).toHaveLength(3);

  // Into the stage beside it, in front of nothing, with a mark where it will be.
  const beside = async (id: string): Promise<Point> => {
    const box = await stage(page, id).boundingBox();
    if (!box) throw new Error(`${id} is not to be seen`);
    return { x: box.x + box.width / 2, y: box.y + 200 };
  };
  await finger.down(await middle(page, 'Kartka 02'));
  await expect(page.locator('.dragged')).toBeVisible();
  await finger.move(await beside('questions'));
  await expect(stage(page, 'questions').locator('.mark')).toBeVisible();
  await finger.up();
  await expect.poll(() => texts(page, 'questions')).toEqual(['Kartka 02 o dojściu do przystanku']);

  // Held at the edge the board moves on, to a stage that was out of sight.
  await expect(stage(page, 'analysis')).not.toBeInViewport();
  await finger.down(await middle(page, 'Kartka 00'));
  await expect(page.locator('.dragged')).toBeVisible();
  await finger.move({ x: 790, y: 500 });
  await expect(stage(page, 'analysis')).toBeInViewport({ ratio: 0.9 });
  await finger.move(await beside('analysis'));
  await expect(stage(page, 'analysis').locator('.mark')).toBeVisible();
  await finger.up();
  await expect.poll(() => texts(page, 'analysis')).toEqual(['Kartka 00 o dojściu do przystanku']);
  await expect(stage(page, 'problem').locator('article')).toHaveCount(1);
  await saved(page);
  await context.close();
});

test('a keyboard on the screen never hides the card that is written', async ({ browser }) => {
  await fill('Rudziki', 10);
  const { page, context } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada Klawiaturowa',
    'Rudziki',
    phone,
  );
  const field = page.getByRole('textbox', { name: 'Treść kartki' });
  const foot = page.getByRole('button', { name: 'Gotowe' });
  const clear = async (bottom: number): Promise<void> => {
    await expect
      .poll(async () => {
        const [box, bar] = [await field.boundingBox(), await foot.boundingBox()];
        if (!box || !bar) return 'not there';
        if (box.y < 0) return `above the window: ${box.y}`;
        if (box.y + box.height > bar.y) return `under the bar: ${box.y + box.height} > ${bar.y}`;
        if (bar.y + bar.height > bottom + 1) return `bar under the keyboard: ${bar.y + bar.height}`;
        return 'clear';
      })
      .toBe('clear');
  };

  // Where the keyboard takes a part of the window, as on Android.
  await card(page, 'Kartka 09').scrollIntoViewIfNeeded();
  await card(page, 'Kartka 09').locator('.text').tap();
  await expect(field).toBeFocused();
  await page.setViewportSize({ width: 360, height: 400 });
  await clear(400);
  await page.keyboard.type(' i dalej');
  await clear(400);
  await foot.tap();
  await page.setViewportSize(phone.viewport);

  // Where it lies over the page, as on an iPhone: only the visual viewport shrinks.
  await page.evaluate(() => {
    const view = window.visualViewport;
    if (!view) throw new Error('no visual viewport');
    Object.defineProperty(view, 'height', { configurable: true, get: () => innerHeight - 330 });
    Object.defineProperty(view, 'offsetTop', { configurable: true, get: () => 0 });
  });
  await card(page, 'Kartka 08').scrollIntoViewIfNeeded();
  await card(page, 'Kartka 08').locator('.text').tap();
  await expect(field).toBeFocused();
  await page.evaluate(() => window.visualViewport?.dispatchEvent(new Event('resize')));
  await clear(740 - 330);
  await page.keyboard.type(' i jeszcze');
  await clear(740 - 330);
  // A new card at the end of the stage, too.
  await page.keyboard.press('Control+Enter');
  await expect(field).toHaveValue('');
  await clear(740 - 330);
  await page.keyboard.type('ostatnia');
  await foot.tap();
  await expect(card(page, 'ostatnia')).toBeVisible();
  await context.close();
});

test('a pen drags as a mouse does, taps to write, and its other button does nothing', async ({
  browser,
}) => {
  const { page, context } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada Piórowa',
    'Sikory',
    tablet,
  );
  await addCard(page, 'data', 'Dane', 'pierwsza');
  await addCard(page, 'data', 'Dane', 'druga');
  const cdp = await context.newCDPSession(page);
  const pen = (
    type: 'mousePressed' | 'mouseMoved' | 'mouseReleased',
    { x, y }: Point,
    button: 'left' | 'right' | 'none' = 'left',
  ) =>
    cdp.send('Input.dispatchMouseEvent', {
      type,
      x,
      y,
      button,
      pointerType: 'pen',
      clickCount: type === 'mouseMoved' ? 0 : 1,
    });
  const types = page.evaluate(
    () =>
      new Promise<string>((seen) => {
        addEventListener('pointerdown', (e) => seen(e.pointerType), { once: true, capture: true });
      }),
  );
  const [from, to] = [await middle(page, 'druga'), await middle(page, 'pierwsza')];
  await pen('mouseMoved', from, 'none');
  await pen('mousePressed', from);
  expect(await types).toBe('pen');
  for (let i = 1; i <= 8; i++)
    await pen('mouseMoved', { x: from.x + 2, y: from.y + ((to.y - 30 - from.y) * i) / 8 });
  await expect(page.locator('.dragged')).toBeVisible();
  await pen('mouseReleased', { x: from.x + 2, y: to.y - 30 });
  await expect.poll(() => texts(page, 'data')).toEqual(['druga', 'pierwsza']);

  const spot = await middle(page, 'pierwsza');
  await pen('mousePressed', spot, 'right');
  await pen('mouseMoved', { x: spot.x, y: spot.y - 80 }, 'right');
  await expect(page.locator('.dragged')).toHaveCount(0);
  await pen('mouseReleased', { x: spot.x, y: spot.y - 80 }, 'right');
  const box = await card(page, 'pierwsza').locator('.text').boundingBox();
  if (!box) throw new Error('no text');
  const text = { x: box.x + 10, y: box.y + 8 };
  await pen('mousePressed', text);
  await pen('mouseReleased', text);
  await expect(page.getByRole('textbox', { name: 'Treść kartki' })).toBeFocused();
  expect(await texts(page, 'data')).toHaveLength(1); // the other one is a field now
  await context.close();
});

test('help on a phone: every key in one sheet, which fits and is closed by touch', async ({
  browser,
}) => {
  const { page, context } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada Pytająca',
    'Sikory',
    phone,
  );
  await page.getByRole('button', { name: 'Szukaj i polecenia' }).tap();
  await page.getByRole('option', { name: /Skróty klawiszowe/ }).tap();
  const help = page.getByRole('dialog', { name: 'Skróty klawiszowe' });
  await expect(help).toBeVisible();
  const wide = await help.evaluate((e) => e.scrollWidth - e.clientWidth);
  expect(wide).toBeLessThanOrEqual(0);
  await expect.poll(() => covered(page, 'dialog[open] .x')).toBeNull();
  await accessible(page, 'help on a phone');
  await help.getByRole('button', { name: 'Zamknij' }).tap();
  await expect(help).toBeHidden();
  await context.close();
});
