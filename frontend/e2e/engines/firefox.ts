import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch, type KeyInput } from 'puppeteer-core';
import type { Engine } from './engine';

/** Firefox, over WebDriver BiDi. */
export async function firefox(): Promise<Engine> {
  const profile = await mkdtemp(join(tmpdir(), 'pathboard-firefox-'));
  const browser = await launch({
    browser: 'firefox',
    executablePath: process.env['FIREFOX'] ?? '/usr/bin/firefox-esr',
    userDataDir: profile,
    headless: true,
    extraPrefsFirefox: { 'intl.accept_languages': 'pl', 'app.update.enabled': false },
  });
  const page = await browser.newPage();
  await page.setViewport({ width: 1366, height: 768 });
  return {
    tab: {
      go: async (url) => void (await page.goto(url)),
      run: <T>(body: string, ...args: unknown[]) =>
        page.evaluate(
          `(function () { ${body} }).apply(null, ${JSON.stringify(args)})`,
        ) as Promise<T>,
      click: async (selector) => page.locator(selector).click(),
      type: (text) => page.keyboard.type(text),
      press: async (...keys) => {
        const held = keys.slice(0, -1);
        for (const key of held) await page.keyboard.down(key);
        await page.keyboard.press(keys[keys.length - 1] as KeyInput);
        for (const key of held.reverse()) await page.keyboard.up(key);
      },
      picture: async () => Buffer.from(await page.screenshot()),
    },
    close: async () => {
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
