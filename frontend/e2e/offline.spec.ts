import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { addCard, card, editCard, saved, stage } from './support/board';
import { Pathboard } from './support/processes';
import { Proxy } from './support/proxy';
import { type Created, createWorkshop, memberJoins } from './support/workshop';

/*
 * What a board does without a network, without storage, asleep, and in two
 * tabs. Each person's network is a proxy of their own before one real server.
 */
let server: Pathboard;
let created: Created;
test.beforeAll(async () => {
  server = await Pathboard.start();
  created = await createWorkshop(server.url);
});
test.afterAll(() => server.stop());

const group = 'Rudziki';
const state = (page: Page, kind: string) =>
  expect(page.locator('[data-save]')).toHaveAttribute('data-save', kind);
const withShell = (page: Page) =>
  page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
/** Complaints that nobody caught. */
function uncaught(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  return errors;
}
/** The words of one test, so that tests can share a board. */
const word = () => Math.random().toString(36).slice(2, 8);

async function freeze(frozen: boolean): Promise<void> {
  const path = `${server.url}/api/workshops/${created.workshop.id}`;
  const headers = { authorization: `Bearer ${created.tokens.facilitator}` };
  const now = (await (await fetch(path, { headers })).json()) as { version: number };
  const answer = await fetch(`${path}/day`, {
    method: 'PATCH',
    headers: { ...headers, 'content-type': 'application/json', 'if-match': `"${now.version}"` },
    body: JSON.stringify({ frozen }),
  });
  if (!answer.ok) throw new Error(`freeze: ${answer.status} ${await answer.text()}`);
}

test('two tabs without a network: each reload shows both, and nothing is doubled later', async ({
  browser,
}) => {
  const net = await Proxy.start(server.port, 'pass');
  const w = word();
  const { page, context } = await memberJoins(browser, net.url, created, 'Ada Dwukartowa', group);
  const errors = uncaught(page);
  await addCard(page, 'problem', 'Problem', `wspólna ${w}`);
  await saved(page);
  await withShell(page);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(card(other, `wspólna ${w}`)).toBeVisible();
  await saved(other);

  net.down();
  await addCard(page, 'data', 'Dane', `z pierwszej ${w}`);
  await addCard(other, 'data', 'Dane', `z drugiej ${w}`);
  await state(page, 'device');
  await state(other, 'device');
  // One tab is closed with its change unsaved, the other opened anew.
  await page.close({ runBeforeUnload: false });
  await other.reload();
  await expect(card(other, `z pierwszej ${w}`)).toBeVisible();
  await expect(card(other, `z drugiej ${w}`)).toBeVisible();
  await state(other, 'device');

  net.up();
  await saved(other);
  const eva = await memberJoins(browser, server.url, created, 'Ewa Zmyślona', group);
  for (const text of [`wspólna ${w}`, `z pierwszej ${w}`, `z drugiej ${w}`])
    await expect(card(eva.page, text)).toHaveCount(1);
  expect(errors).toEqual([]);
  await Promise.all([context.close(), eva.context.close()]);
  await net.stop();
});

test('a page that the phone froze catches up when it is woken, and loses nothing', async ({
  browser,
}) => {
  const net = await Proxy.start(server.port, 'pass');
  const w = word();
  const ada = await memberJoins(browser, net.url, created, 'Ada Zamrożona', group);
  const jan = await memberJoins(browser, server.url, created, 'Jan Wzorcowy', group);
  await addCard(ada.page, 'problem', 'Problem', `przed snem ${w}`);
  await expect(card(jan.page, `przed snem ${w}`)).toBeVisible();
  await saved(ada.page);
  const cdp = await ada.context.newCDPSession(ada.page);
  await editCard(ada.page, `przed snem ${w}`);
  net.down();
  await ada.page.keyboard.type(' i tuż przed nim');
  await state(ada.page, 'device');
  await cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
  await addCard(jan.page, 'problem', 'Problem', `w czasie snu ${w}`);
  await saved(jan.page);
  net.up();
  await cdp.send('Page.setWebLifecycleState', { state: 'active' });
  await expect(card(ada.page, `w czasie snu ${w}`)).toBeVisible();
  await expect(card(jan.page, `przed snem ${w} i tuż przed nim`)).toBeVisible();
  await saved(ada.page);
  await Promise.all([ada.context.close(), jan.context.close()]);
  await net.stop();
});

test('the server is started anew while a device is away: both sides come together', async ({
  browser,
}) => {
  const own = await Pathboard.start();
  const workshop = await createWorkshop(own.url);
  const net = await Proxy.start(own.port, 'pass');
  const ada = await memberJoins(browser, net.url, workshop, 'Ada Przykładowa', group);
  const jan = await memberJoins(browser, own.url, workshop, 'Jan Wzorcowy', group);
  await addCard(ada.page, 'problem', 'Problem', 'Wspólny początek');
  await expect(card(jan.page, 'Wspólny początek')).toBeVisible();
  net.down();
  await addCard(ada.page, 'data', 'Dane', 'Z urządzenia bez sieci');
  await state(ada.page, 'device');
  await own.terminate();
  await own.up();
  await saved(jan.page);
  await addCard(jan.page, 'data', 'Dane', 'Po starcie serwera');
  await saved(jan.page);
  net.up();
  await saved(ada.page);
  for (const { page } of [ada, jan])
    for (const text of ['Wspólny początek', 'Z urządzenia bez sieci', 'Po starcie serwera'])
      await expect(card(page, text)).toHaveCount(1);
  await Promise.all([ada.context.close(), jan.context.close()]);
  await net.stop();
  await own.stop();
});

test('what was written offline while the board was stopped waits in view and goes in later', async ({
  browser,
}) => {
  const own = { server, created };
  server = await Pathboard.start();
  created = await createWorkshop(server.url);
  const net = await Proxy.start(server.port, 'pass');
  const { page, context } = await memberJoins(browser, net.url, created, 'Ada Spóźniona', group);
  await addCard(page, 'problem', 'Problem', 'Przed przerwą');
  await saved(page);
  net.down();
  await addCard(page, 'data', 'Dane', 'Napisane poza siecią');
  await state(page, 'device');
  await freeze(true);
  net.up();
  await state(page, 'refused');
  await expect(page.getByRole('alert').getByRole('textbox')).toHaveValue('Napisane poza siecią');
  await freeze(false);
  await saved(page);
  await expect(card(page, 'Napisane poza siecią')).toBeVisible();
  const jan = await memberJoins(browser, server.url, created, 'Jan Wzorcowy', group);
  await expect(card(jan.page, 'Napisane poza siecią')).toHaveCount(1);
  await Promise.all([context.close(), jan.context.close()]);
  await net.stop();
  await server.stop();
  ({ server, created } = own);
});

/** Joins with a browser whose storage is wrong from the start. */
async function withStorage(
  context: BrowserContext,
  base: string,
  broken?: () => void,
): Promise<Page> {
  if (broken) await context.addInitScript(broken);
  const page = await context.newPage();
  await page.goto(`${base}/join#${created.joinCode}`);
  await page.getByLabel('Imię', { exact: false }).first().fill('Ada Bezpamięci');
  await page.getByLabel('Wydział', { exact: false }).first().fill('Wydział Informatyki');
  await page.getByRole('radio', { name: new RegExp(group) }).check({ force: true });
  await page.getByRole('button', { name: /Dołącz/ }).click();
  await expect(stage(page, 'implementation')).toBeAttached();
  return page;
}

const forbidden: Record<string, () => void> = {
  'databases refused': () => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('denied', 'SecurityError');
    };
  },
  'all storage refused': () => {
    for (const name of ['indexedDB', 'localStorage', 'sessionStorage'])
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException('denied', 'SecurityError');
        },
      });
  },
  'databases that never answer': () => {
    IDBFactory.prototype.open = () => new EventTarget() as IDBOpenDBRequest;
  },
};
for (const [name, broken] of Object.entries(forbidden)) {
  test(`storage forbidden (${name}) is said; editing and saving go on`, async ({ browser }) => {
    const net = await Proxy.start(server.port, 'pass');
    const context = await browser.newContext();
    const page = await withStorage(context, net.url, broken);
    const errors = uncaught(page);
    const w = word();
    await expect(page.getByText('nie pozwala zachować kopii')).toBeVisible();
    await addCard(page, 'problem', 'Problem', `bez kopii ${w}`);
    await saved(page);
    net.down();
    await addCard(page, 'problem', 'Problem', `tylko w karcie ${w}`);
    await expect(page.locator('[data-save]')).toContainText('tylko w tej karcie');
    net.up();
    await saved(page);
    expect(errors).toEqual([]);
    await context.close();
    await net.stop();
  });
}

/** Every write fails as on a full disk, until there is `room`. */
function fullDisk(): void {
  const room = (): boolean => document.documentElement.dataset['room'] === 'yes';
  const full = (): DOMException => new DOMException('full', 'QuotaExceededError');
  const add = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (...args) {
    if (!room()) throw full();
    return add.apply(this, args);
  };
  const setItem = Storage.prototype.setItem;
  Storage.prototype.setItem = function (...args) {
    if (!room()) throw full();
    setItem.apply(this, args);
  };
}

test('storage that is full is said, and all is kept as soon as there is room', async ({
  browser,
}) => {
  const net = await Proxy.start(server.port, 'pass');
  const context = await browser.newContext();
  const page = await withStorage(context, net.url, fullDisk);
  const errors = uncaught(page);
  const w = word();
  await addCard(page, 'problem', 'Problem', `na pełnym dysku ${w}`);
  await expect(page.getByText('brakuje miejsca')).toBeVisible();
  await saved(page);
  net.down();
  await addCard(page, 'problem', 'Problem', `tylko w karcie ${w}`);
  await expect(page.locator('[data-save]')).toContainText('tylko w tej karcie');
  await page.evaluate(() => (document.documentElement.dataset['room'] = 'yes'));
  await expect(page.getByText('brakuje miejsca')).toBeHidden();
  await expect(page.locator('[data-save]')).toContainText('tylko na tym urządzeniu');
  net.up();
  await saved(page);
  expect(errors).toEqual([]);
  await context.close();
  await net.stop();
});

test('storage taken away while a board is open is said, and comes back by itself', async ({
  browser,
}) => {
  const net = await Proxy.start(server.port, 'pass');
  const context = await browser.newContext();
  const page = await withStorage(context, net.url);
  const errors = uncaught(page);
  const w = word();
  await saved(page);
  await withShell(page);
  const cdp = await context.newCDPSession(page);
  await cdp.send('Storage.clearDataForOrigin', {
    origin: new URL(net.url).origin,
    storageTypes: 'indexeddb',
  });
  await expect(page.getByText('nie pozwala zachować kopii')).toBeVisible();
  await addCard(page, 'problem', 'Problem', `po opróżnieniu ${w}`);
  await saved(page);
  await expect(page.getByText('nie pozwala zachować kopii')).toBeHidden();
  net.down();
  await page.reload();
  await expect(card(page, `po opróżnieniu ${w}`)).toBeVisible();
  expect(errors).toEqual([]);
  await context.close();
  await net.stop();
});

test('a damaged copy is said; what the server saved is whole, and the next visit is clean', async ({
  browser,
}) => {
  const net = await Proxy.start(server.port, 'pass');
  const context = await browser.newContext();
  const page = await withStorage(context, net.url);
  const w = word();
  await addCard(page, 'problem', 'Problem', `zapisana ${w}`);
  await saved(page);
  await withShell(page);
  await page.evaluate(async () => {
    const name = (await indexedDB.databases()).find((d) => d.name?.includes('.board.'))?.name ?? '';
    const open = indexedDB.open(name);
    await new Promise((done) => (open.onsuccess = done));
    const tx = open.result.transaction('updates', 'readwrite');
    tx.objectStore('updates').add(new Uint8Array([255, 255, 255, 1, 7]));
    await new Promise((done) => (tx.oncomplete = done));
    open.result.close();
  });
  net.down();
  await page.reload();
  await expect(card(page, `zapisana ${w}`)).toBeVisible();
  await expect(page.getByText('była uszkodzona')).toBeVisible();
  net.up();
  await saved(page);
  await page.reload();
  await expect(card(page, `zapisana ${w}`)).toBeVisible();
  await saved(page);
  await expect(page.getByText('była uszkodzona')).toBeHidden();
  await context.close();
  await net.stop();
});

test('the app can be installed: its manifest names icons that are there', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(server.url);
  const cdp = await context.newCDPSession(page);
  const { errors } = await cdp.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
  // A private window, which a test's is, cannot install anything.
  const found = installabilityErrors.map((e) => e.errorId).filter((id) => id !== 'in-incognito');
  expect(found).toEqual([]);
  const sizes = await page.evaluate(async () => {
    const link = document.querySelector<HTMLLinkElement>('link[rel=manifest]');
    const manifest = (await (await fetch(link?.href ?? '')).json()) as {
      icons: { src: string; sizes: string; type: string; purpose: string }[];
    };
    const drawn = manifest.icons.filter((icon) => icon.type === 'image/png');
    return Promise.all(
      drawn.map(async ({ src, sizes, purpose }) => {
        const image = await createImageBitmap(await (await fetch(src)).blob());
        return [sizes === `${image.width}x${image.height}`, image.width, purpose];
      }),
    );
  });
  expect(sizes).toEqual([
    [true, 192, 'any'],
    [true, 512, 'any'],
    [true, 512, 'maskable'],
  ]);
  await context.close();
});
