import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** The rules of WCAG 2.2 AA and what axe holds for good practice. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

type Found = Awaited<ReturnType<AxeBuilder['analyze']>>['violations'][number];
type Node = Found['nodes'][number];

/**
 * Waits until what fades or slides has arrived: colours half-way are not what one
 * reads. What is out of sight (content-visibility) does not go on, and is not waited for.
 */
const settled = (page: Page): Promise<unknown> =>
  page.evaluate((most) => {
    const moving = document
      .getAnimations()
      .filter((a) => a.playState === 'running')
      .filter((a) => Number(a.effect?.getComputedTiming().endTime) <= most)
      .map((a) => a.finished.catch(() => undefined));
    return Promise.race([Promise.all(moving), new Promise((late) => setTimeout(late, most))]);
  }, 1_000);

/**
 * Whether a target is too small even when it is scrolled to the middle of its
 * window. axe measures what is in sight: of a button that has been scrolled half
 * under a bar it sees half.
 */
async function small(page: Page, { target }: Node): Promise<boolean> {
  const path = target.map(String);
  await page
    .locator(path.join(' '))
    .first()
    .evaluate((e) => e.scrollIntoView({ block: 'center' }));
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .withRules(['target-size'])
    .analyze();
  return violations.some((v) => v.nodes.some((n) => n.target.map(String).join() === path.join()));
}

/** Fails with what axe finds wrong on the page; returns which axe looked. */
export async function accessible(page: Page, what = page.url()): Promise<string> {
  await settled(page);
  const result = await new AxeBuilder({ page }).setLegacyMode().withTags(tags).analyze();
  const found: string[] = [];
  for (const { id, nodes } of result.violations) {
    const wrong: Node[] = [];
    for (const node of nodes)
      if (id !== 'target-size' || (await small(page, node))) wrong.push(node);
    if (wrong.length > 0) found.push(`${id}: ${wrong.map((n) => n.html).join(' | ')}`);
  }
  expect(found, what).toEqual([]);
  return result.testEngine.version;
}

/** Fails where words do not stand out from what is behind them, for readers of AA or, stronger, AAA. */
export async function contrast(
  page: Page,
  what: string,
  rule: 'color-contrast' | 'color-contrast-enhanced' = 'color-contrast',
): Promise<void> {
  await settled(page);
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().withRules([rule]).analyze();
  expect(
    violations.flatMap((v) => v.nodes.map((n) => `${n.html}: ${n.failureSummary}`)),
    what,
  ).toEqual([]);
}
