import { expect, type Page, test } from '@playwright/test';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { build } from 'vite';
import { costs, frames, print } from './support/measure';

/**
 * Excalidraw with a scene as large as the board of `board.bench.ts`: what opening
 * it and another person's changes cost the same browser. It is installed outside
 * of the project, into the folder for temporary files, and has no server: its changes come from the page itself, by the
 * calls that its own rooms make. Run by `make bench-board`; asserts no time.
 */
const seconds = 6;
const packages = { '@excalidraw/excalidraw': '0.18.1', react: '18.3.1', 'react-dom': '18.3.1' };
const folder = join(tmpdir(), 'pathboard-bench-excalidraw-0.18.1');

async function run(command: string, args: string[]): Promise<void> {
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((done) => child.once('exit', done));
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${String(code)}`);
}

/** Installs the packages once, builds the page and returns where it is. */
async function built(): Promise<string> {
  await mkdir(folder, { recursive: true });
  const manifest = JSON.stringify({ private: true, type: 'module', dependencies: packages });
  const known = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '');
  if (known !== manifest) {
    await writeFile(join(folder, 'package.json'), manifest);
    await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error']);
  }
  await cp(resolve('e2e/peer'), folder, { recursive: true });
  await build({ root: folder, configFile: false, logLevel: 'error', build: { outDir: 'dist' } });
  return join(folder, 'dist');
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

/** Serves a folder on this machine; what has a hash in its name is kept by browsers. */
async function serve(root: string): Promise<{ url: string; stop: () => void }> {
  const server = createServer((request, answer) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const name = pathname === '/' ? '/index.html' : pathname;
    readFile(join(root, name)).then(
      (body) => {
        answer.setHeader('content-type', types[extname(name)] ?? 'application/octet-stream');
        if (name.startsWith('/assets/'))
          answer.setHeader('cache-control', 'max-age=31536000, immutable');
        answer.end(body);
      },
      () => answer.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

interface Scene {
  shown(): number;
  change(n: number): void;
  scroll(x: number, y: number): void;
}

/** So many changes a second for a while, made in the page by its own clock. */
const changes = (page: Page, rate: number): Promise<void> =>
  page.evaluate(
    ([perSecond, ms]) =>
      new Promise<void>((done) => {
        const { scene } = window as unknown as { scene: Scene };
        const begin = performance.now();
        let n = 0;
        const timer = setInterval(() => {
          const now = performance.now() - begin;
          while (n < (now * perSecond) / 1000) scene.change(n++);
          if (now < ms) return;
          clearInterval(timer);
          done();
        }, 1000 / perSecond);
      }),
    [rate, seconds * 1000] as const,
  );

test('Excalidraw: 500 cards and 300 links: opening, 50 changes a second', async ({ browser }) => {
  const { url, stop } = await serve(await built());
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}/?cards=500&links=300`);
  const shown = (): Promise<number> =>
    page.evaluate(() => (window as unknown as { scene?: Scene }).scene?.shown() ?? 0);
  await expect.poll(shown).toBeGreaterThan(1_200);
  print('Excalidraw: elements in all (cards, their texts, arrows)', { n: await shown() });
  for (let i = 0; i < 3; i++) {
    await page.reload();
    const handle = await page.waitForFunction(
      () =>
        ((window as unknown as { scene?: Scene }).scene?.shown() ?? 0) > 1_200 &&
        document.querySelector('canvas.static') !== null &&
        performance.now(),
      undefined,
      { polling: 'raf' },
    );
    print('Excalidraw: opening, from what the browser keeps', {
      ms: (await handle.jsonValue()) as number,
    });
  }
  const cdp = await context.newCDPSession(page);
  print('Excalidraw: at rest', { ...(await frames(page, () => page.waitForTimeout(2000))) });
  await costs(cdp, async () => {
    print('Excalidraw: 50 changes a second', { ...(await frames(page, () => changes(page, 50))) });
  });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  print('Excalidraw: the same, four times slower', {
    ...(await frames(page, () => changes(page, 50))),
  });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await context.close();
  stop();
});
