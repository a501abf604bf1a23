import type { Browser, BrowserContext, Page } from '@playwright/test';

export interface Group {
  id: string;
  name: string;
  areaId: string;
}

export interface Created {
  workshop: { id: string; title: string; groups: Group[]; version: number };
  joinCode: string;
  tokens: { facilitator: string; projector: string };
  links: { join: string; facilitator: string; projector: string };
}

export interface Joined {
  token: string;
  participant: { id: string; name: string; department: string; groupId: string | null };
}

async function post<T>(url: string, body: unknown): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** A workshop with numbered groups, created through the public API. */
export function createGroups(base: string, count: number): Promise<Created> {
  return post<Created>(`${base}/api/workshops`, {
    title: 'Zarządzanie miastem z wykorzystaniem danych',
    city: 'Łódź',
    language: 'pl',
    groups: Array.from({ length: count }, (_, i) => ({
      name: `Grupa ${i + 1}`,
      area: ['development', 'economy', 'environment', 'services'][i % 4],
    })),
  });
}

/** The reference workshop with four groups, created through the public API. */
export function createWorkshop(base: string): Promise<Created> {
  return post<Created>(`${base}/api/workshops`, {
    title: 'Zarządzanie miastem z wykorzystaniem danych',
    city: 'Łódź',
    language: 'pl',
    groups: [
      { name: 'Grupa Jaskółki', area: 'development' },
      { name: 'Grupa Pustułki', area: 'economy' },
      { name: 'Grupa Rudziki', area: 'environment' },
      { name: 'Grupa Sikory', area: 'services' },
    ],
  });
}

export function joinWorkshop(
  base: string,
  code: string,
  name: string,
  groupId: string,
): Promise<Joined> {
  return post<Joined>(`${base}/api/join`, {
    code,
    name,
    department: 'Wydział Informatyki',
    groupId,
  });
}

/** A member's own device: a browser context that joined through the screens. */
export async function memberJoins(
  browser: Browser,
  base: string,
  created: Created,
  name: string,
  group: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(`${base}/join#${created.joinCode}`);
  await page.getByLabel('Imię', { exact: false }).first().fill(name);
  await page.getByLabel('Wydział', { exact: false }).first().fill('Wydział Informatyki');
  await page.getByRole('radio', { name: new RegExp(group) }).check({ force: true });
  await page.getByRole('button', { name: /Dołącz/ }).click();
  await page.waitForURL(/\/w\/.+/);
  return { context, page };
}

/** What the browser keeps that names the workshop or its groups. */
export const kept = (page: Page, ids: string[]): Promise<string[]> =>
  page.evaluate(async (wanted) => {
    const names = (await indexedDB.databases()).map((d) => d.name ?? '');
    const keys = Object.keys(localStorage).filter((k) => k !== 'pathboard.workshops');
    const ring = localStorage.getItem('pathboard.workshops') ?? '';
    return [...names, ...keys, ring].filter((n) => wanted.some((id) => n.includes(id)));
  }, ids);
