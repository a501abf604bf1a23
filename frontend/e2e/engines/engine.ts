/**
 * One small face over browsers that Playwright cannot drive: what the core
 * flows need and no more. Elements are named by CSS selectors.
 */
export interface Tab {
  go(url: string): Promise<void>;
  /** Runs a script's body in the page; `arguments` are the args, its return value comes back. */
  run<T>(body: string, ...args: unknown[]): Promise<T>;
  /** Clicks the first match where a person would. */
  click(selector: string): Promise<void>;
  /** Types into whatever has the focus, key by key. */
  type(text: string): Promise<void>;
  /** Presses a key, held modifiers first: `press('Control', 'ArrowRight')`. */
  press(...keys: Key[]): Promise<void>;
  /** What the tab looks like, as PNG. */
  picture(): Promise<Buffer>;
}

export type Key = 'Control' | 'Enter' | 'Escape' | 'Home' | 'End' | 'ArrowRight' | 'z';

export interface Engine {
  tab: Tab;
  close(): Promise<void>;
}

/** Asks the page until body returns true. */
export async function eventually(
  tab: Tab,
  what: string,
  body: string,
  ...args: unknown[]
): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await tab.run<boolean>(body, ...args))) {
    if (Date.now() > end) {
      const seen = await tab.run<string>('return document.body.innerText.slice(0, 2000)');
      throw new Error(`not in time: ${what}\n${seen}`);
    }
    await new Promise((next) => setTimeout(next, 50));
  }
}
