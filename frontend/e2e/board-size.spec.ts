import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { saved, stage } from './support/board';
import { Pathboard } from './support/processes';
import { createWorkshop, memberJoins } from './support/workshop';

/** What joining and the board may cost a phone, in bytes of compressed script. */
const most = 100_000;

test('joining and the board load at most 100 KB of script, Yjs included', async ({ browser }) => {
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const { page, context } = await memberJoins(
    browser,
    server.url,
    created,
    'Ada Przykładowa',
    'Sikory',
  );
  await expect(stage(page, 'implementation')).toBeAttached();
  await saved(page);
  // Joining leads to the board within one document, which knows what it loaded.
  const loaded = await page.evaluate(() =>
    performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname),
  );
  const scripts = [...new Set(loaded)].filter((path) => path.endsWith('.js') && path !== '/sw.js');
  const sizes = await Promise.all(
    scripts.map(async (path) => {
      const code = await (await fetch(server.url + path)).arrayBuffer();
      return [gzipSync(code, { level: 9 }).length, path] as const;
    }),
  );
  const sum = sizes.reduce((total, [size]) => total + size, 0);
  test.info().annotations.push({ type: 'script', description: `${sum} bytes of gzip` });
  expect(scripts.length).toBeGreaterThan(3);
  expect(sum, sizes.map((s) => s.join(' ')).join('\n')).toBeLessThanOrEqual(most);
  await context.close();
  await server.stop();
});
