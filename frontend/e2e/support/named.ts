import { expect, type Page } from '@playwright/test';

const roles = 'button|link|checkbox|radio|combobox|textbox|searchbox|slider|spinbutton|switch';
const control = new RegExp(`^\\s*- '?(?:${roles})\\b(.*)$`);

/** The names that a screen reader says of all that can be used now; a missing one is ''. */
async function spoken(page: Page): Promise<string[]> {
  const dialog = page.locator('dialog[open]').last();
  const tree = await ((await dialog.count()) > 0 ? dialog : page.locator('body')).ariaSnapshot();
  return tree.split('\n').flatMap((line) => {
    const found = control.exec(line)?.[1]?.replaceAll("''", "'");
    if (found === undefined || found.includes('[disabled]')) return [];
    const name = /^ "((?:[^"\\]|\\.)*)"/.exec(found)?.[1];
    return [name === undefined ? '' : (JSON.parse(`"${name}"`) as string)];
  });
}

/** The names of what only the card that Tab reaches shows to it: the others' buttons. */
const passedBy = async (page: Page): Promise<Set<string>> =>
  new Set(
    await page
      .locator(':is(button, a)[tabindex="-1"]')
      .evaluateAll((all) => all.map((e) => e.ariaLabel ?? e.textContent.trim())),
  );

/**
 * Everything that can be used on the screen has a name, and is found by typing
 * that name into the palette: what has no key of its own is done so.
 */
export async function reachedByName(page: Page, what: string): Promise<void> {
  const all = [...new Set(await spoken(page))];
  expect(all, `${what}: a control without a name`).not.toContain('');
  const left = await passedBy(page);
  const names = all.filter((name) => !left.has(name) && name !== 'Szukaj i polecenia');
  await page.keyboard.press('Control+k');
  const field = page.locator('dialog[open] input[role=combobox]');
  await expect(field).toBeFocused();
  const missing = await field.evaluate(async (input: HTMLInputElement, all) => {
    const out: string[] = [];
    for (const name of all) {
      input.value = name;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      for (let i = 0; i < 3; i++) await new Promise<void>((done) => queueMicrotask(done));
      const shown = [...document.querySelectorAll('#choices .text')].map((e) =>
        e.textContent.replace(/\s+/g, ' ').trim(),
      );
      if (!shown.includes(name)) out.push(name);
    }
    return out;
  }, names);
  expect(missing, `${what}: not found by their names`).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(field).toHaveCount(0);
}
