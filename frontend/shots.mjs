import { chromium } from '@playwright/test';
import fs from 'node:fs';
const links = JSON.parse(fs.readFileSync('/tmp/out/links.json'));
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const shot = async (name, url, w, h, act) => {
  const c = await b.newContext({ viewport: { width: w, height: h }, locale: 'pl-PL', deviceScaleFactor: 1 });
  const p = await c.newPage();
  const outside = [];
  p.on('request', (r) => { if (!r.url().startsWith('http://127.0.0.1:18471') && !r.url().startsWith('data:') && !r.url().startsWith('blob:')) outside.push(r.url()); });
  await p.goto(url);
  await p.waitForLoadState('networkidle').catch(() => {});
  await p.waitForTimeout(700);
  if (act) await act(p);
  await p.screenshot({ path: `/tmp/out/shots/${name}.png`, fullPage: true });
  console.log(name, await p.title(), await p.evaluate(() => [document.documentElement.scrollWidth, innerWidth, document.querySelector('meta[name=robots]')?.content]), outside);
  await c.close();
};
fs.mkdirSync('/tmp/out/shots', { recursive: true });
for (const k of ['demo', 'harsh']) {
  await shot(k + '-outcome-390', links[k + '_outcome'], 390, 844);
  await shot(k + '-outcome-1366', links[k + '_outcome'], 1366, 768);
  await shot(k + '-follow-390', links[k + '_follow'], 390, 844);
  await shot(k + '-follow-1366', links[k + '_follow'], 1366, 768);
}
await b.close();
