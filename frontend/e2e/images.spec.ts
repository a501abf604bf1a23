import { chromium, expect, test, type Page } from '@playwright/test';
import { accessible } from './support/axe';
import { addCard, card, saved, stage } from './support/board';
import { Lead } from './support/lead';
import { Pathboard } from './support/processes';
import { createWorkshop, memberJoins } from './support/workshop';

let server: Pathboard;
test.beforeAll(async () => {
  server = await Pathboard.start();
});
test.afterAll(() => server.stop());

/** A picture as large as a phone's camera makes them. */
async function photograph(page: Page, width = 2600, height = 1400): Promise<Buffer> {
  const url = await page.evaluate(
    ([w, h]) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [w ?? 1, h ?? 1];
      const context = canvas.getContext('2d');
      if (!context) throw new Error('no canvas');
      for (let i = 0; i < 400; i++) {
        context.fillStyle = `hsl(${(i * 47) % 360} 70% 50%)`;
        context.fillRect((i * 131) % canvas.width, (i * 71) % canvas.height, 260, 140);
      }
      return canvas.toDataURL('image/png');
    },
    [width, height],
  );
  return Buffer.from(url.split(',')[1] ?? '', 'base64');
}

test('a photo is scaled, described, seen by others and still there after a reload', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const ada = await memberJoins(browser, server.url, created, 'Ada Przykładowa', 'Sikory');
  const jan = await memberJoins(browser, server.url, created, 'Jan Wzorcowy', 'Sikory');
  const { page } = ada;
  await addCard(page, 'problem', 'Problem', 'Wyspa ciepła');
  await card(page, 'Wyspa ciepła').focus();
  await page.keyboard.press('o');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Dodaj obraz lub zdjęcie' }).click();
  const buffer = await photograph(page);
  await (await chooser).setFiles({ name: 'ulica.png', mimeType: 'image/png', buffer });

  // What it shows is asked for at once.
  await page.getByLabel('Co widać na obrazie?').fill('Ulica bez drzew w południe');
  await page.keyboard.press('Enter');
  const image = card(page, 'Wyspa ciepła').getByAltText('Ulica bez drzew w południe');
  await expect(image).toBeVisible();
  await saved(page);

  const seen = card(jan.page, 'Wyspa ciepła').getByAltText('Ulica bez drzew w południe');
  await expect(seen).toBeVisible();
  const size = await seen.evaluate(async (img: HTMLImageElement) => {
    await img.decode();
    return img.naturalWidth;
  });
  expect(size).toBe(1600);
  await jan.page.reload();
  await expect(seen).toBeVisible();

  // Taking it off is one step of undo.
  await card(page, 'Wyspa ciepła')
    .getByRole('button', { name: /Powiększ/ })
    .click();
  await page.getByRole('button', { name: 'Usuń z kartki' }).click();
  await expect(image).toBeHidden();
  await page.getByRole('button', { name: 'Cofnij', exact: true }).last().click();
  await expect(image).toBeVisible();
  await ada.context.close();
  await jan.context.close();
});

test('a picture dropped without a network waits on the device, visibly, and goes later', async ({
  browser,
}) => {
  const created = await createWorkshop(server.url);
  const { page, context } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada Przykładowa',
    'Sikory',
  );
  await addCard(page, 'problem', 'Problem', 'Wyspa ciepła');
  await saved(page);
  // The parts of the board have come while the network was there.
  await page.waitForFunction(() =>
    performance.getEntriesByType('resource').some((e) => /PictureDialog.*\.js/.test(e.name)),
  );
  await context.setOffline(true);
  const data = (await photograph(page, 300, 200)).toString('base64');
  await stage(page, 'data').evaluate((column, base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const blob = new Blob([bytes]);
    const transfer = new DataTransfer();
    transfer.items.add(new File([blob], 'szkic.png', { type: 'image/png' }));
    column.dispatchEvent(
      new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }),
    );
  }, data);
  await page.getByLabel('Co widać na obrazie?').fill('Szkic');
  await page.keyboard.press('Enter');
  await expect(stage(page, 'data').getByText('Czeka na wysłanie')).toBeVisible();
  await context.setOffline(false);
  await expect(stage(page, 'data').getByText('Czeka na wysłanie')).toBeHidden({ timeout: 30_000 });
  await expect(stage(page, 'data').getByAltText('Szkic')).toBeVisible();
  await context.close();
});

test('everything works by plain HTTP on an address of the hall', async () => {
  // Such a page is not a secure one: browsers leave out parts of what they offer.
  const { hostname, port } = new URL(server.url);
  const browser = await chromium.launch({
    ...(process.env['CHROMIUM'] ? { executablePath: process.env['CHROMIUM'] } : {}),
    args: ['--no-sandbox', `--host-resolver-rules=MAP hall.example ${hostname}`],
  });
  const created = await createWorkshop(server.url);
  const base = `http://hall.example:${port}`;
  const { page } = await memberJoins(browser, base, created, 'Ada Przykładowa', 'Sikory');
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  await addCard(page, 'problem', 'Problem', 'Wyspa ciepła');
  await saved(page);
  await card(page, 'Wyspa ciepła').focus();
  await page.keyboard.press('o');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Dodaj obraz lub zdjęcie' }).click();
  const buffer = await photograph(page, 200, 200);
  await (await chooser).setFiles({ name: 'a.png', mimeType: 'image/png', buffer });
  await page.getByLabel('Co widać na obrazie?').fill('Plan');
  await page.keyboard.press('Enter');
  await expect(card(page, 'Wyspa ciepła').getByAltText('Plan')).toBeVisible();
  await expect(page.getByText('Czeka na wysłanie')).toBeHidden();
  await browser.close();
});

test('a board goes with its pictures into a file, and from it onto an empty board', async ({
  browser,
}, info) => {
  const created = await createWorkshop(server.url);
  const ada = await memberJoins(browser, server.url, created, 'Ada Przykładowa', 'Sikory');
  const jan = await memberJoins(browser, server.url, created, 'Jan Wzorcowy', 'Rudziki');
  await addCard(ada.page, 'problem', 'Problem', 'Wyspa ciepła');
  await card(ada.page, 'Wyspa ciepła').focus();
  await ada.page.keyboard.press('o');
  const chooser = ada.page.waitForEvent('filechooser');
  await ada.page.getByRole('button', { name: 'Dodaj obraz lub zdjęcie' }).click();
  const buffer = await photograph(ada.page, 900, 600);
  await (await chooser).setFiles({ name: 'ulica.png', mimeType: 'image/png', buffer });
  await ada.page.getByLabel('Co widać na obrazie?').fill('Ulica bez drzew');
  await ada.page.keyboard.press('Enter');
  await saved(ada.page);

  const lead = await (await browser.newContext()).newPage();
  await lead.goto(created.links.facilitator);
  const open = async (group: string): Promise<void> => {
    await lead.getByRole('button', { name: `Grupa ${group}: więcej`, exact: true }).click();
    await expect(lead.getByRole('dialog', { name: `Grupa ${group}` })).toBeVisible();
  };
  const dialog = lead.getByRole('dialog');
  await open('Sikory');
  await dialog.getByText('Pobierz tablicę').click();
  const taken = lead.waitForEvent('download');
  await dialog.getByRole('button', { name: 'ZIP z obrazami' }).click();
  const file = info.outputPath('sikory.zip');
  await (await taken).saveAs(file);
  await dialog.getByText(/^Wczytaj tablicę/).click();
  await dialog.locator('input[type=file]').setInputFiles(file);
  await expect(dialog.getByText('Wczytać można tylko na pustą tablicę')).toBeVisible();
  await lead.keyboard.press('Escape');

  await open('Rudziki');
  await dialog.getByText(/^Wczytaj tablicę/).click();
  const other = {
    name: 'x.zip',
    mimeType: 'application/zip',
    buffer: Buffer.from('PK\u0003\u0004'),
  };
  await dialog.locator('input[type=file]').setInputFiles(other);
  await expect(dialog.getByText('To nie jest tablica Pathboard')).toBeVisible();
  await dialog.locator('input[type=file]').setInputFiles(file);
  const seen = card(jan.page, 'Wyspa ciepła').getByAltText('Ulica bez drzew');
  await expect(seen).toBeVisible();
  const natural = (img: HTMLImageElement): Promise<number> =>
    img.decode().then(() => img.naturalWidth);
  expect(await seen.evaluate(natural)).toBe(900);

  // Whoever has the link to the outcome sees it there, and only what is shown.
  await lead.goto(`${server.url}/w/${created.workshop.id}/outcome`);
  await lead.getByRole('button', { name: 'Udostępnij', exact: true }).click();
  await lead.getByRole('button', { name: 'Utwórz link' }).click();
  const link = await lead.getByLabel('Link do wyniku').inputValue();
  const guest = await (await browser.newContext()).newPage();
  const asked: string[] = [];
  guest.on('request', (r) => r.url().includes('/images/') && asked.push(r.url()));
  await guest.goto(link);
  const pathway = guest.getByRole('article', { name: 'Grupa Rudziki' });
  await expect(pathway.getByText('Cała ścieżka')).toBeVisible();
  expect(asked).toEqual([]);
  await pathway.getByText('Cała ścieżka').click();
  const there = pathway.getByAltText('Ulica bez drzew');
  await expect(there).toBeVisible();
  expect(await there.evaluate(natural)).toBe(900);
  await accessible(guest, 'the outcome with a picture');

  // And the hall, on the slide of its stage.
  const hall = await (
    await browser.newContext({ viewport: { width: 1920, height: 1080 } })
  ).newPage();
  await hall.goto(created.links.projector);
  const rudziki = created.workshop.groups.find((g) => g.name === 'Grupa Rudziki')?.id;
  const led = new Lead(server.url, created);
  await led.send('PATCH', 'screen', { mode: 'presentation', groupId: rudziki });
  await led.send('POST', 'screen/slide', { mode: 'presentation', groupId: rudziki, slide: 1 });
  const slide = hall.locator('[data-slide="1"]');
  await expect(slide.getByAltText('Ulica bez drzew')).toBeVisible();
  if (process.env['SHOTS'])
    await hall.screenshot({ path: `${process.env['SHOTS']}/slide-picture.png` });
  await accessible(hall, 'a slide with a picture');
  await hall.context().close();
  await card(jan.page, 'Wyspa ciepła')
    .getByRole('button', { name: /Powiększ/ })
    .click();
  await jan.page.getByRole('button', { name: 'Usuń z kartki' }).click();
  await saved(jan.page);
  const known = await guest.evaluate(() => localStorage.getItem('pathboard.workshops') ?? '');
  const token = /"token":"([^"]+)"/.exec(known)?.[1] ?? '';
  const again = await fetch(asked[0] ?? '', { headers: { authorization: `Bearer ${token}` } });
  expect(again.status).toBe(404);
  await Promise.all(
    [ada.context, jan.context, lead.context(), guest.context()].map((c) => c.close()),
  );
});
