import type { Component } from 'svelte';
import { allTexts } from '../../i18n/index.svelte';

/** Parts of the board that a first visit can do without for a moment. */
const parts = {
  banner: () => import('./Banner.svelte'),
  bell: () => import('./panels/Bell.svelte'),
  card: () => import('./panels/CardPanel.svelte'),
  clicker: () => import('./panels/ClickerBar.svelte'),
  comments: () => import('./panels/CommentsPanel.svelte'),
  filter: () => import('./panels/FilterBar.svelte'),
  help: () => import('./panels/Help.svelte'),
  image: () => import('./panels/CardImage.svelte'),
  kind: () => import('./panels/KindDialog.svelte'),
  library: () => import('./panels/LibraryPanel.svelte'),
  links: () => import('./panels/LinksPanel.svelte'),
  news: () => import('./panels/NewsPanel.svelte'),
  list: () => import('./panels/ListView.svelte'),
  palette: () => import('./panels/Palette.svelte'),
  lines: () => import('./Links.svelte'),
  notices: () => import('./Notices.svelte'),
  people: () => import('./People.svelte'),
  picture: () => import('./panels/PictureDialog.svelte'),
  refused: () => import('./Refused.svelte'),
  similar: () => import('./panels/SimilarPanel.svelte'),
  selection: () => import('./panels/SelectionBar.svelte'),
};
export type Part = keyof typeof parts;
type AnyComponent = Component<Record<string, unknown>>;

/** Brings a part with its texts; the browser asks for each file only once. */
export async function bring(part: Part): Promise<AnyComponent> {
  const [module] = await Promise.all([parts[part](), allTexts()]);
  return module.default as unknown as AnyComponent;
}

/** What a link between two cards most likely says. */
export const bringSuggestion = (): Promise<typeof import('../../core/suggest')> =>
  import('../../core/suggest');

/**
 * Brings all parts when the person has begun to use the board and the browser
 * is idle, so that they are there when the network is not.
 *
 * @returns how to give it up
 */
export function bringAllSoon(): () => void {
  const stop = new AbortController();
  const begin = (): void => {
    stop.abort();
    const idle = globalThis.requestIdleCallback ?? ((f: () => void) => setTimeout(f, 1_000));
    idle(() => {
      // A part that does not come now is asked for again when it is needed.
      for (const part of Object.keys(parts) as Part[]) void bring(part).catch(() => undefined);
      void bringSuggestion().catch(() => undefined);
    });
  };
  for (const type of ['pointerdown', 'keydown'])
    window.addEventListener(type, begin, { signal: stop.signal, passive: true });
  return () => stop.abort();
}
