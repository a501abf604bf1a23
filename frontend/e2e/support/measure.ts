import type { CDPSession, Page } from '@playwright/test';

export interface Frames {
  perSecond: number;
  p99: number;
  longest: number;
}

export const quantile = (values: number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
};

/** Frame times of the page while `meanwhile` goes on. */
export async function frames(page: Page, meanwhile: () => Promise<void>): Promise<Frames> {
  await page.evaluate(() => {
    const deltas: number[] = [];
    let asked = 0;
    let last = performance.now();
    const tick = (now: number): void => {
      deltas.push(now - last);
      last = now;
      asked = requestAnimationFrame(tick);
    };
    asked = requestAnimationFrame(tick);
    const end = (): number[] => {
      cancelAnimationFrame(asked);
      return deltas;
    };
    Object.assign(window, { end });
  });
  await meanwhile();
  const deltas = await page.evaluate(() => (window as unknown as { end: () => number[] }).end());
  const sum = deltas.reduce((total, d) => total + d, 0);
  return {
    perSecond: (1000 * deltas.length) / sum,
    p99: quantile(deltas, 0.99),
    longest: Math.max(...deltas),
  };
}

/** Where the main thread's time went while `meanwhile` went on, in ms a second. */
export async function costs(cdp: CDPSession, meanwhile: () => Promise<void>): Promise<void> {
  const read = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      (await cdp.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]),
    );
  await cdp.send('Performance.enable');
  const before = await read();
  await meanwhile();
  const after = await read();
  const parts = ['ScriptDuration', 'RecalcStyleDuration', 'LayoutDuration', 'TaskDuration'];
  const since = (name: string): number => (after[name] ?? 0) - (before[name] ?? 0);
  print(
    '  main thread, ms a second',
    Object.fromEntries(parts.map((name) => [name, (1000 * since(name)) / since('Timestamp')])),
  );
}

export const print = (what: string, figures: Record<string, number>): void =>
  console.log(
    `${what}: ${Object.entries(figures)
      .map(([name, value]) => `${name} ${value.toFixed(1)}`)
      .join(', ')}`,
  );
