import { expect, test } from '@playwright/test';
import { accessible } from './support/axe';
import { fillDemo } from './support/demo';
import { Pathboard, Redis } from './support/processes';

// Months later: owners say how far their actions are, after the workshop was
// closed, on another instance than the one that made the link.

test('owners tick actions off by a link that outlives the workshop', async ({ browser }) => {
  const redis = await Redis.start();
  const [a, b] = await Promise.all([Pathboard.start({ redis }), Pathboard.start({ redis })]);
  const demo = await fillDemo(a);
  const lead = await (await browser.newContext()).newPage();
  await lead.goto(demo.facilitator);
  await expect(lead.getByRole('link', { name: 'Wynik i raporty' })).toBeVisible();
  await lead.goto(`${a.url}/w/${demo.workshopId}/outcome`);
  await lead.getByRole('button', { name: 'Otwórz śledzenie działań' }).click();
  await lead.getByRole('button', { name: 'Utwórz link dla właścicieli działań' }).click();
  const link = await lead.getByLabel('Link do śledzenia działań').inputValue();
  const workshop = `${a.url}/api/workshops/${demo.workshopId}`;
  const closed = await fetch(workshop, {
    method: 'PATCH',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${demo.token}`,
      'if-match': '*',
    },
    body: JSON.stringify({ status: 'closed' }),
  });
  expect(closed.status).toBe(200);

  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const owner = await (await browser.newContext(phone)).newPage();
  await owner.goto(link.replace(a.url, b.url));
  await expect(owner.getByRole('heading', { name: 'Co dalej z działaniami' })).toBeVisible();
  await expect(owner).toHaveURL(`${b.url}/w/${demo.workshopId}/follow-up`);
  await expect(owner.getByRole('heading', { name: /^Zrobione: 0 z / })).toBeVisible();
  await owner.getByRole('checkbox', { name: /Pilotaż na 200 lokalach/ }).check();
  await expect(owner.getByRole('heading', { name: /^Zrobione: 1 z / })).toBeVisible();
  // Somebody else says something meanwhile: it is there with one's own next answer.
  const other = await (await browser.newContext()).newPage();
  await other.goto(link);
  await other.getByRole('checkbox', { name: /Uzgodnienie buforów/ }).check();
  await expect(other.getByRole('heading', { name: /^Zrobione: 2 z / })).toBeVisible();
  await owner
    .getByRole('combobox', { name: /Wizja lokalna trzech miejsc/ })
    .selectOption({ label: 'w toku' });
  await expect(owner.getByText('Zapisano', { exact: true })).toBeAttached();
  await expect(owner.getByRole('checkbox', { name: /Uzgodnienie buforów/ })).toBeChecked();
  await accessible(owner, 'follow-up');
  expect(await owner.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

  // It is in the report, and the link opens nothing else.
  await lead.reload();
  const row = lead.getByRole('row').filter({ hasText: 'Pilotaż na 200 lokalach' });
  await expect(row).toContainText('zrobione');
  await owner.goto(`${b.url}/w/${demo.workshopId}/outcome`);
  await expect(owner.getByRole('alert')).toBeVisible();

  await owner.goto(`${b.url}/w/${demo.workshopId}/follow-up`);
  await owner.reload();
  await expect(owner.getByRole('checkbox', { name: /Pilotaż na 200/ })).toBeChecked();
  await lead.getByRole('button', { name: 'Zakończ śledzenie' }).click();
  await expect(lead.getByText('Śledzenie działań nie jest jeszcze otwarte.')).toBeVisible();
  await owner.reload();
  await expect(owner.getByRole('alert')).toBeVisible();
  await Promise.all([lead, owner, other].map((page) => page.context().close()));
  await Promise.all([a.stop(), b.stop()]);
  await redis.stop();
});
