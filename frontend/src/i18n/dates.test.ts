import { describe, expect, it } from 'vitest';
import { chooseLanguage, day, time } from './index.svelte';

const spaces = (text: string): string => text.replace(/\s/gu, ' ');

describe('dates', () => {
  it('are written as people write them, in the language of the page', async () => {
    await chooseLanguage('pl');
    expect(day('2026-03-02')).toBe('2 mar 2026');
    expect(day('2026-10-31')).toBe('31 paź 2026');
    const at = new Date(2026, 4, 9, 17, 5).getTime();
    expect(spaces(time(at))).toBe('9 maj 2026, 17:05');
    await chooseLanguage('en');
    expect(day('2026-03-02')).toBe('Mar 2, 2026');
    expect(spaces(time(at))).toBe('May 9, 2026, 5:05 PM');
    await chooseLanguage('pl');
  });

  it('that are none, or of a day that is not, are shown as they are', () => {
    for (const text of ['', 'wkrótce', '2026-3-2', '2026-13-45']) expect(day(text)).toBe(text);
  });

  it('do not move over midnight with the place of whoever reads', () => {
    expect(day('2026-01-01')).toContain('2026');
    expect(day('2025-12-31')).toContain('2025');
  });
});
