/*
 * A keyboard on the screen. Some browsers make the window smaller for it; others
 * lay it over the page, and only their visual viewport tells. There `--keyboard`
 * is the height of what lies below, for the bar at the foot and for panels, and
 * the field being written in is brought back into sight.
 */
import { sayLimits } from './limits';

const gap = 8;
let kept = false;

/** Keeps what is written in sight; the whole page's, once. */
export function keepInSight(): void {
  const view = window.visualViewport;
  if (!view || kept) return;
  kept = true;
  sayLimits();
  // Comes along early: once another release serves, it could not be fetched any more.
  import('../../../app/newversion').catch(() => undefined);
  const look = (): void => {
    // Somebody who has zoomed in moves about by themselves.
    const under = view.scale > 1.01 ? 0 : innerHeight - view.height - view.offsetTop;
    document.documentElement.style.setProperty('--keyboard', `${Math.max(0, Math.round(under))}px`);
    requestAnimationFrame(() => bringIntoSight(view));
  };
  view.addEventListener('resize', look);
  // Only for fields: between a finger's press and its click nothing may move.
  document.addEventListener('focusin', (event) => {
    if ((event.target as Element).matches('textarea, input')) look();
  });
  // A text that grows by a line grows under the bar; browsers bring the caret alone.
  document.addEventListener('input', () => {
    if (matchMedia('(pointer: coarse)').matches) requestAnimationFrame(() => bringIntoSight(view));
  });
}

function bringIntoSight(view: VisualViewport): void {
  const field = document.activeElement;
  if (view.scale > 1.01 || !field?.matches('main textarea')) return;
  const box = field.getBoundingClientRect();
  const height = (what: string): number =>
    document.querySelector<HTMLElement>(what)?.offsetHeight ?? 0;
  const top = view.offsetTop + height('.path');
  const bottom = view.offsetTop + view.height - height('nav.foot') - gap;
  // A text that is taller than the room shows its end, where one writes.
  const by = box.bottom > bottom ? box.bottom - bottom : Math.min(0, box.top - top - gap);
  if (Math.abs(by) < 1) return;
  const scroller = field.closest('[data-scrolls]');
  scroller?.scrollBy(0, by);
  const left = field.getBoundingClientRect().bottom - box.bottom + by;
  if (Math.abs(left) >= 1) window.scrollBy(0, left);
}
