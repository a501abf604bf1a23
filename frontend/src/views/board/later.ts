import type { Component } from 'svelte';
import { allTexts } from '../../i18n/index.svelte';
import type { Asked } from './parts';

type AnyComponent = Component<Record<string, unknown>>;

/** Parts that a board shows by itself when it has what they are for; their texts are there. */
const unasked = {
  banner: () => import('./Banner.svelte'),
  bell: () => import('./panels/Bell.svelte'),
  image: () => import('./panels/CardImage.svelte'),
  lines: () => import('./Links.svelte'),
  people: () => import('./People.svelte'),
};
type Unasked = keyof typeof unasked;
export type Part = Unasked | Asked;
const comesUnasked = (part: Part): part is Unasked => part in unasked;

/** The list of the others: it names many files, and a first visit needs none of them. */
const list = (): Promise<typeof import('./parts')> => import('./parts');

/** Brings a part with its texts; the browser asks for each file only once. */
export async function bring(part: Part): Promise<AnyComponent> {
  const module = comesUnasked(part) ? await unasked[part]() : await bringAsked(part);
  return module.default as unknown as AnyComponent;
}

async function bringAsked(part: Asked): Promise<{ default: unknown }> {
  const [{ parts }] = await Promise.all([list(), allTexts()]);
  return parts[part]();
}

/** What joins two cards. */
export const bringJoining = async (): Promise<typeof import('./joining')> =>
  (await Promise.all([import('./joining'), allTexts()]))[0];

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
    // A field that is written in is not hidden by a keyboard on the screen.
    import('./panels/sight').then((sight) => sight.keepInSight()).catch(() => undefined);
    const idle = globalThis.requestIdleCallback ?? ((f: () => void) => setTimeout(f, 1_000));
    idle(() => {
      // A part that does not come now is asked for again when it is needed.
      const all = list().then(({ parts }) => Object.keys({ ...unasked, ...parts }) as Part[]);
      void all.then((names) => Promise.all(names.map(bring))).catch(() => undefined);
      void bringJoining().catch(() => undefined);
      import('./panels/lost').catch(() => undefined);
    });
  };
  for (const type of ['pointerdown', 'keydown'])
    window.addEventListener(type, begin, { signal: stop.signal, passive: true });
  return () => stop.abort();
}
