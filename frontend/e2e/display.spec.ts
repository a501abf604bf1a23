import {
  type Browser,
  type BrowserContextOptions,
  expect,
  type Page,
  test,
} from '@playwright/test';
import { accessible, contrast } from './support/axe';
import { addCard, card, saved } from './support/board';
import { type Demo, fillDemo } from './support/demo';
import { Pathboard } from './support/processes';
import { createWorkshop, memberJoins } from './support/workshop';

/* The board as people set their screens: enlarged, in high contrast, in colours
   of their own, without motion. */
let server: Pathboard;
let demo: Demo;
test.beforeAll(async () => {
  server = await Pathboard.start();
  demo = await fillDemo(server);
});
test.afterAll(() => server.stop());

let people = 0;
async function board(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  const group = people % 4;
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(demo.join);
  await page.getByLabel('Imię', { exact: false }).first().fill(`Osoba Numer${++people}`);
  await page.getByRole('radio').nth(group).check({ force: true });
  await page.locator('form button[type=submit]').click();
  await expect(page.locator('article').first()).toBeAttached();
  await saved(page);
  return page;
}

/** How much wider than the window the page is, in px. */
const overhang = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** What hides the element that has the focus (WCAG 2.4.11), or null. */
const hidden = (page: Page): Promise<string | null> =>
  page.evaluate(() => {
    const at = document.activeElement;
    if (!at || at === document.body) return 'nothing has the focus';
    const box = at.getBoundingClientRect();
    // Some part of it is in sight and not under anything.
    const spots = [0.1, 0.5, 0.9].flatMap((x) =>
      [0.1, 0.5, 0.9].map((y) => [box.left + box.width * x, box.top + box.height * y] as const),
    );
    const free = spots.some(([x, y]) => {
      const top = document.elementFromPoint(x, y);
      return top !== null && (at.contains(top) || top.contains(at));
    });
    return free ? null : at.outerHTML.slice(0, 120);
  });

// A laptop of 1366 x 768 enlarged, and 400 % of 1280 x 1024 as WCAG 1.4.10 has it.
const zooms = {
  '125 %': { width: 1093, height: 614 },
  '150 %': { width: 911, height: 512 },
  '175 %': { width: 781, height: 439 },
  '200 %': { width: 683, height: 384 },
  '400 %': { width: 320, height: 256 },
};
for (const [zoom, viewport] of Object.entries(zooms)) {
  test(`enlarged to ${zoom} nothing is cut, and a card is written and found`, async ({
    browser,
  }) => {
    const page = await board(browser, { viewport });
    await expect.poll(() => overhang(page)).toBeLessThanOrEqual(0);
    // What takes its place for good leaves most of the window to the cards.
    const fixed = (): Promise<number> =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('body *')]
          .filter((e) => ['sticky', 'fixed'].includes(getComputedStyle(e).position))
          .filter((e) => e.checkVisibility() && !e.classList.contains('skip'))
          .map((e) => (e.offsetWidth > innerWidth / 2 ? e.offsetHeight : 0))
          .reduce((sum, height) => sum + height, 0),
      );
    await expect.poll(async () => (await fixed()) / viewport.height).toBeLessThan(0.5);

    const first = page.locator('article:visible').first();
    await first.focus();
    await expect.poll(() => hidden(page)).toBeNull();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('textbox', { name: 'Treść kartki' })).toBeFocused();
    await expect.poll(() => hidden(page)).toBeNull();
    await page.keyboard.press('Escape');
    // From card to card by arrow: each comes into sight.
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'End']) {
      await page.keyboard.press(key);
      await expect.poll(() => hidden(page), key).toBeNull();
    }
    // Through everything before the cards by Tab: nothing is behind something else.
    await page.locator('.skip').focus();
    for (let i = 0; i < 14; i++) {
      await page.keyboard.press('Tab');
      await expect.poll(() => hidden(page), `Tab ${i + 1}`).toBeNull();
    }
    await page.locator('article:visible').first().focus();
    await page.keyboard.press('o');
    await expect(page.getByRole('dialog')).toBeVisible();
    await expect.poll(() => overhang(page)).toBeLessThanOrEqual(0);
    await accessible(page, zoom);
    await page.context().close();
  });
}

test('letters of twice the size and wider spacing cut nothing (WCAG 1.4.4, 1.4.12)', async ({
  browser,
}) => {
  const page = await board(browser, {
    viewport: { width: 1366, height: 768 },
    bypassCSP: true, // for the style that a person's browser would add
  });
  await page.addStyleTag({
    content: `html { font-size: 200% }
      * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
      p { margin-bottom: 2em !important }`,
  });
  await expect.poll(() => overhang(page)).toBeLessThanOrEqual(0);
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('article, article .text, header h1, .tools button')]
      .filter((e) => e.checkVisibility() && getComputedStyle(e).overflow !== 'visible')
      .filter((e) => e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2)
      .map((e) => e.outerHTML.slice(0, 100)),
  );
  expect(cut).toEqual([]);
  await page.context().close();
});

test('forced colours: what is chosen, pressed, done and current is still told apart', async ({
  browser,
}) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await board(browser, {
      viewport: { width: 1366, height: 768 },
      forcedColors: 'active',
      colorScheme,
    });
    const look = (selector: string): Promise<string> =>
      page
        .locator(selector)
        .first()
        .evaluate((e) => {
          const s = getComputedStyle(e);
          return [s.borderColor, s.backgroundColor, s.color, s.outlineStyle, s.outlineWidth].join();
        });
    // Pressed and not: of one button, before and after.
    const filter = 'button[aria-label="Filtr"], button[aria-label^="Filtr"]';
    const loose = await look(filter);
    await page.locator(filter).first().click();
    await page.mouse.move(0, 0);
    await expect.poll(() => look(filter)).not.toBe(loose);
    // A chosen card and one that is not.
    const plain = await look('article');
    await page.locator('article').first().focus();
    await page.keyboard.press('x');
    await page.locator('article').nth(1).focus();
    await expect.poll(() => look('article')).not.toBe(plain);
    // The stage that is shown, among the others.
    const [current, other] = await Promise.all([
      look('[data-tab] button[aria-current] .dot'),
      look('[data-tab] button:not([aria-current]) .dot'),
    ]);
    expect(current).not.toBe(other);
    // The keyboard's place is outlined.
    await expect.poll(() => look('article:focus-visible')).toContain('solid');
    await accessible(page, `forced colours, ${colorScheme}`);
    await page.context().close();
  }
});

/** All words reach 7 : 1 against what is behind them. */
const strong = (page: Page) => contrast(page, page.url(), 'color-contrast-enhanced');

test('asked for more contrast, all words reach 7 : 1, light and dark', async ({ browser }) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await board(browser, {
      viewport: { width: 360, height: 740 },
      contrast: 'more',
      colorScheme,
    });
    await strong(page);
    await page.context().close();
  }
});

test('in the sun the strongest contrast is chosen on the phone itself, and stays', async ({
  browser,
}) => {
  const page = await board(browser, {
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
    colorScheme: 'dark',
  });
  await page.getByRole('button', { name: /Osoba Numer/ }).tap();
  for (let i = 0; i < 3; i++) await page.getByRole('button', { name: /^Wygląd/ }).tap();
  await expect(page.getByRole('button', { name: /Wygląd: w słońcu/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await strong(page);
  const paper = (): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await expect.poll(paper).toBe('rgb(255, 255, 255)');
  await page.reload();
  await expect(page.locator('article').first()).toBeAttached();
  await expect.poll(paper).toBe('rgb(255, 255, 255)');
  await page.context().close();
});

test('without motion nothing slides, in stages, panels and dialogs', async ({ browser }) => {
  const page = await board(browser, {
    viewport: { width: 360, height: 740 },
    reducedMotion: 'reduce',
    hasTouch: true,
  });
  // Collects every animation that begins from here on.
  await page.evaluate(() => {
    const seen: string[] = [];
    const note = (e: AnimationEvent | TransitionEvent): void => {
      const long = (e.target as Element)
        .getAnimations()
        .some((a) => Number(a.effect?.getComputedTiming().duration) > 1);
      if (long) seen.push(e.type + ('animationName' in e ? e.animationName : e.propertyName));
    };
    document.addEventListener('animationstart', note, true);
    document.addEventListener('transitionrun', note, true);
    Object.assign(window, { seen });
  });
  await page.getByRole('button', { name: /Następny etap/ }).click();
  await page.getByRole('button', { name: 'Szukaj i polecenia' }).click();
  await page.keyboard.press('Escape');
  await page.locator('article:visible').first().focus();
  await page.keyboard.press('o');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await addCardOnPhone(page);
  expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([]);
  await page.context().close();
});

async function addCardOnPhone(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Dodaj kartkę', exact: true }).click();
  await page.getByRole('dialog').getByRole('button').nth(1).click();
  await page.keyboard.type('bez ruchu');
  await page.getByRole('button', { name: 'Gotowe' }).click();
  await expect(card(page, 'bez ruchu')).toBeVisible();
}

test('a word of forty letters wraps on the narrowest phone, wherever it is written', async ({
  browser,
}) => {
  const word = 'Konstantynopolitańczykowianeczkanadwiśle';
  expect(word).toHaveLength(40);
  const created = await createWorkshop(server.url);
  const [{ page }, { page: laptop }] = await Promise.all([
    memberJoins(browser, server.url, created, 'Ada Wąska', 'Sikory', {
      viewport: { width: 360, height: 740 },
    }),
    memberJoins(browser, server.url, created, 'Jan Szeroki', 'Sikory'),
  ]);
  await addCard(laptop, 'problem', 'Problem', `${word} ${word.toLowerCase()}`);
  await expect(card(page, word)).toBeVisible();
  const inside = (target: Page) =>
    target.evaluate((w) => {
      const range = document.createRange();
      return [...document.querySelectorAll<HTMLElement>('main *, header *')]
        .flatMap((e) => [...e.childNodes])
        .filter((n) => n.nodeType === Node.TEXT_NODE && n.textContent?.includes(w))
        .filter((n) => n.parentElement?.checkVisibility())
        .flatMap((n) => {
          range.selectNodeContents(n);
          const box = n.parentElement?.closest('article, section, p, h1')?.getBoundingClientRect();
          return [...range.getClientRects()].map((r) => r.right <= (box?.right ?? 0) + 1);
        });
    }, word);
  for (const target of [page, laptop]) {
    const fits = await inside(target);
    expect(fits.length).toBeGreaterThan(0);
    expect(fits).not.toContain(false);
    await expect.poll(() => overhang(target)).toBeLessThanOrEqual(0);
  }
  // In the field, in the card's panel and in the problem's sentence as well.
  await card(page, word).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => overhang(page)).toBeLessThanOrEqual(0);
  await page.keyboard.press('Escape');
  await page.keyboard.press('o');
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect.poll(() => overhang(page)).toBeLessThanOrEqual(0);
  const side = await page.getByRole('dialog').evaluate((e) => e.scrollWidth - e.clientWidth);
  expect(side).toBeLessThanOrEqual(0);
  await Promise.all([page.context().close(), laptop.context().close()]);
});
