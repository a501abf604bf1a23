import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** The rules of WCAG 2.2 AA and what axe holds for good practice. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with what axe finds wrong on the page; returns which axe looked. */
export async function accessible(page: Page, what = page.url()): Promise<string> {
  const result = await new AxeBuilder({ page }).withTags(tags).analyze();
  const found = result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`);
  expect(found, what).toEqual([]);
  return result.testEngine.version;
}
