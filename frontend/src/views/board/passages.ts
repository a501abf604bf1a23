import type { Gap, Passage } from './routes';

/** The least height of a strip that a line goes through, in px. */
const least = 4;

/** From the first item whose bottom is below a height, of items from the top. */
function firstBelow(items: readonly Element[], height: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const mid = (low + high) >> 1;
    const bottom = items[mid]?.getBoundingClientRect().bottom ?? 0;
    if (bottom > height) high = mid;
    else low = mid + 1;
  }
  return low;
}

/** The rectangles of what a stage shows, from the top, those in sight only. */
function* shown(body: Element, frame: DOMRect): Generator<DOMRect> {
  for (const part of body.children) {
    const items = part.matches('.list') ? [...part.children] : [part];
    for (let i = firstBelow(items, frame.top); i < items.length; i++) {
      const rect = items[i]?.getBoundingClientRect();
      if (!rect || rect.top > frame.bottom) break;
      if (rect.height > 0) yield rect;
    }
  }
}

/**
 * Measures what lines meet in a stage, for `routes`.
 *
 * @param body the part of the stage that scrolls
 * @param dx, dy from the window to the plane in which lines are drawn
 */
export function passage(body: Element, dx: number, dy: number): Passage & Gap {
  const frame = body.getBoundingClientRect();
  const gaps: Gap[] = [];
  let [left, right, end] = [Infinity, -Infinity, frame.top];
  for (const rect of shown(body, frame)) {
    [left, right] = [Math.min(left, rect.left), Math.max(right, rect.right)];
    if (rect.top - end >= least) gaps.push({ top: end + dy, bottom: rect.top + dy });
    end = Math.max(end, rect.bottom);
  }
  if (frame.bottom - end >= least) {
    const bottom = Math.min(frame.bottom, end + 24);
    gaps.push({ top: end + dy, bottom: bottom + dy });
  }
  if (left > right) [left, right] = [frame.left + 12, frame.right - 12];
  return {
    left: left + dx,
    right: right + dx,
    gaps,
    seam: frame.top - 1.5 + dy,
    top: frame.top + dy,
    bottom: frame.bottom + dy,
  };
}
