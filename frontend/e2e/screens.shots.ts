import { type Browser, type BrowserContextOptions, type Page, test } from '@playwright/test';
import { type Demo, fillDemo } from './support/demo';
import { Pathboard } from './support/processes';

// Pictures of every screen for people to look at: ../screenshots/DEVICE-THEME/NAME.png

let server: Pathboard;
let demo: Demo;
test.beforeAll(async () => {
  server = await Pathboard.start();
  demo = await fillDemo(server);
});
test.afterAll(() => server.stop());

const devices: Record<string, BrowserContextOptions> = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  laptop: { viewport: { width: 1366, height: 768 } },
  projector: { viewport: { width: 1920, height: 1080 } },
  xga: { viewport: { width: 1024, height: 768 } },
};

class Camera {
  constructor(
    readonly page: Page,
    private readonly folder: string,
  ) {}

  async shoot(name: string, fullPage = false): Promise<void> {
    // Fonts and transitions come to rest.
    await this.page.evaluate(() => document.fonts.ready.then(() => undefined));
    await this.page.waitForTimeout(400);
    await this.page.screenshot({ path: `../screenshots/${this.folder}/${name}.png`, fullPage });
  }
}

async function openCamera(
  browser: Browser,
  device: string,
  theme: 'light' | 'dark',
): Promise<Camera> {
  const context = await browser.newContext({ ...devices[device], colorScheme: theme });
  return new Camera(await context.newPage(), `${device}-${theme}`);
}

for (const theme of ['light', 'dark'] as const) {
  for (const device of ['phone', 'laptop']) {
    test(`${device}, ${theme}`, async ({ browser }) => {
      const camera = await openCamera(browser, device, theme);
      const { page } = camera;
      await page.goto(server.url);
      await camera.shoot('home');
      await page.goto(`${server.url}/create`);
      await page.getByLabel('Miasto').fill('Łódź');
      await camera.shoot('create', true);
      await page.goto(`${server.url}/join#AAAA-AAAA`);
      await page.getByRole('alert').waitFor();
      await camera.shoot('join-unknown-code');
      await page.goto('about:blank');
      await page.goto(demo.join);
      await page.getByRole('radio').first().waitFor();
      await camera.shoot('join', true);
      await page.getByLabel('Imię i nazwisko').fill(`Osoba ${device} ${theme}`);
      await page.getByLabel('Wydział lub biuro').fill('Biuro Strategii Miasta');
      await page
        .getByRole('radio')
        .nth(theme === 'light' ? 2 : 3)
        .check({ force: true });
      await page.getByRole('button', { name: 'Dołącz' }).click();
      const first = page.locator('article').first();
      await first.waitFor();
      await camera.shoot('board');
      await first.focus();
      await page.keyboard.press('Enter');
      await camera.shoot('board-editing');
      await page.keyboard.press('Escape');
      await page.keyboard.press('m');
      await page.getByRole('dialog').waitFor();
      await camera.shoot('card-menu');
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      await camera.shoot('help');
      await page.goto(demo.facilitator);
      await page.getByText('Grupa Jaskółki').first().waitFor();
      await camera.shoot('console', true);
      await page.goto(`${server.url}/w/${demo.workshopId}/print`);
      await page.getByRole('heading').first().waitFor();
      await camera.shoot('sheet', true);
      await page.context().close();
    });
  }
  for (const device of ['projector', 'xga']) {
    test(`${device}, ${theme}`, async ({ browser }) => {
      const camera = await openCamera(browser, device, theme);
      const { page } = camera;
      await page.goto(demo.projector);
      await page.getByText('Grupa Jaskółki').first().waitFor();
      await camera.shoot('wall');
      await page.getByRole('button', { name: /Rudziki/ }).click();
      await camera.shoot('group');
      await page.context().close();
    });
  }
}

test('an empty board', async ({ browser }) => {
  const created = (await (
    await fetch(`${server.url}/api/workshops`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        title: 'Zarządzanie miastem z wykorzystaniem danych',
        city: 'Łódź',
        language: 'pl',
        groups: [{ name: 'Grupa Sikory', area: 'services' }],
      }),
    })
  ).json()) as { links: { join: string } };
  for (const device of ['phone', 'laptop']) {
    const camera = await openCamera(browser, device, 'light');
    const { page } = camera;
    await page.goto(created.links.join);
    await page.getByLabel('Imię i nazwisko').fill('Osoba Pierwsza');
    await page.getByRole('radio').first().check({ force: true });
    await page.getByRole('button', { name: 'Dołącz' }).click();
    await page.getByText('Problem miasta').first().waitFor();
    await camera.shoot('board-empty');
    await page.context().close();
  }
});
