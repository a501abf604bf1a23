import {
  type Browser,
  type BrowserContextOptions,
  expect,
  type Page,
  test,
} from '@playwright/test';
import { readFile, writeFile } from 'node:fs/promises';
import { accessible } from './support/axe';
import { type Demo, fillDemo } from './support/demo';
import { Pathboard } from './support/processes';

// The audit behind the declaration of accessibility: every screen, in light and
// dark, on a phone and a laptop. PATHBOARD_AUDIT=write writes its result, from
// which the page and docs/accessibility.md are made; otherwise the screens must
// be those written there.

const auditFile = 'src/views/accessibility/audit.json';
const docFile = '../docs/accessibility.md';

let server: Pathboard;
let demo: Demo;
test.beforeAll(async () => {
  server = await Pathboard.start({
    env: { PATHBOARD_CONTROLLER: 'Urząd Miasta Łodzi', PATHBOARD_CONTACT: 'iod@lodz.example' },
  });
  demo = await fillDemo(server);
});
test.afterAll(() => server.stop());

interface Screen {
  name: string;
  path: string;
  /** What is there when the screen is. */
  ready: (page: Page) => Promise<void>;
}

const heading = async (page: Page): Promise<void> =>
  expect(page.getByRole('heading', { level: 1 })).toBeVisible();

function screens(): Screen[] {
  const at = `/w/${demo.workshopId}`;
  const tab = (name: string) => async (page: Page) => {
    await page.getByRole('tab', { name }).click();
    await expect(page.getByRole('tabpanel').getByRole('heading').first()).toBeVisible();
  };
  return [
    { name: 'home', path: '/', ready: heading },
    { name: 'create', path: '/create', ready: heading },
    { name: 'recover', path: '/recover', ready: heading },
    { name: 'privacy', path: '/privacy', ready: heading },
    { name: 'accessibility', path: '/accessibility', ready: heading },
    { name: 'join', path: demo.join.replace(server.url, ''), ready: heading },
    { name: 'console', path: `${at}/facilitator`, ready: heading },
    { name: 'console-people', path: `${at}/facilitator`, ready: tab('uczestnik') },
    { name: 'settings', path: `${at}/manage`, ready: heading },
    { name: 'settings-pathway', path: `${at}/manage`, ready: tab('Etapy i obszary') },
    { name: 'settings-after', path: `${at}/manage`, ready: tab('Po warsztacie') },
    { name: 'settings-audit', path: `${at}/manage`, ready: tab('Dziennik') },
    {
      name: 'board',
      path: `${at}/board/${demo.groups[0]?.id ?? ''}`,
      ready: async (page) => {
        await expect(page.locator('article').first()).toBeVisible();
      },
    },
    { name: 'projector', path: `${at}/projector`, ready: heading },
    { name: 'outcome', path: `${at}/outcome`, ready: heading },
    { name: 'print', path: `${at}/print`, ready: heading },
  ];
}

const devices: BrowserContextOptions[] = [
  { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: 'light' },
  { viewport: { width: 1366, height: 768 }, colorScheme: 'dark' },
];

async function audit(browser: Browser, options: BrowserContextOptions): Promise<string> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(demo.facilitator);
  await page.waitForURL(/facilitator$/);
  let version = '';
  for (const screen of screens()) {
    await page.goto(server.url + screen.path);
    await screen.ready(page);
    version = await accessible(page, screen.name);
  }
  await context.close();
  return version;
}

test('every screen passes the audit that the declaration tells of', async ({ browser }) => {
  test.setTimeout(300_000);
  let version = '';
  const write = process.env['PATHBOARD_AUDIT'] === 'write';
  // In full when the result is written; the phone alone in the daily run.
  for (const options of write ? devices : devices.slice(0, 1))
    version = await audit(browser, options);
  const names = screens().map((s) => s.name);
  if (write) {
    const date = new Date().toISOString().slice(0, 10);
    const result = { date, engine: 'axe-core', version, screens: names };
    await writeFile(auditFile, `${JSON.stringify(result, null, 2)}\n`);
    const doc = await readFile(docFile, 'utf8');
    const table = names.map((n) => `- ${n}`).join('\n');
    const made = `Checked on ${date} with axe-core ${version}: no violation on\n\n${table}\n`;
    await writeFile(
      docFile,
      doc.replace(/(<!-- audit -->\n)[\s\S]*(<!-- \/audit -->)/, `$1\n${made}\n$2`),
    );
  }
  const written = JSON.parse(await readFile(auditFile, 'utf8')) as { screens: string[] };
  expect(written.screens, 'screens differ: run with PATHBOARD_AUDIT=write').toEqual(names);
});

test('the declaration names the body, how to complain, and what was checked', async ({ page }) => {
  await page.goto(`${server.url}/accessibility`);
  await expect(page.getByRole('heading', { name: 'Deklaracja dostępności' })).toBeVisible();
  await expect(page.getByText('Urząd Miasta Łodzi').first()).toBeVisible();
  await expect(page.getByText('iod@lodz.example').first()).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Procedura odwoławcza' })).toBeVisible();
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'Accessibility statement' })).toBeVisible();
});
