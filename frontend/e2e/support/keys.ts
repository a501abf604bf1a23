import { expect, type Locator, type Page } from '@playwright/test';

/** How many presses of Tab an element is away; negative: of Shift+Tab. */
const away = (to: Locator): Promise<number> =>
  to.evaluate((target) => {
    const all = [
      ...document.querySelectorAll<HTMLElement>(
        'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]',
      ),
    ].filter((e) => e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true }));
    const from = all.indexOf(document.activeElement as HTMLElement);
    return all.indexOf(target as HTMLElement) - from;
  });

/**
 * Comes to an element by Tab and Shift+Tab alone, as somebody without a mouse
 * does, and sees it there (WCAG 2.4.7, 2.4.11).
 */
export async function tabTo(page: Page, to: Locator): Promise<void> {
  await expect(to).toBeVisible();
  for (let tries = 0; tries < 40; tries++) {
    if (await to.evaluate((e) => e === document.activeElement)) {
      await expect(to).toBeInViewport();
      return;
    }
    const steps = await away(to);
    const key = steps < 0 ? 'Shift+Tab' : 'Tab';
    // The last presses are looked at one by one: groups of radios are one stop.
    for (let i = 0; i < Math.max(1, Math.abs(steps) - 2); i++) await page.keyboard.press(key);
  }
  throw new Error(`Tab does not come to ${String(to)}`);
}

/** Comes to a button or link by Tab and presses it. */
export async function press(page: Page, to: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, to);
  await page.keyboard.press(key);
}

/** Nothing that was done by keyboard has thrown the focus away. */
export async function focusKept(page: Page, after: string): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.tagName ?? 'BODY'), { message: after })
    .not.toBe('BODY');
}
