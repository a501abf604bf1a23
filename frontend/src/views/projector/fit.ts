/** Text is not made smaller than this part of its size where nothing else is said. */
const smallest = 0.55;
const step = 0.05;

/** What is done with an element whose text, as small as it may be, fits or does not. */
export type Full = (element: HTMLElement, fits: boolean) => void;

/**
 * Keeps what does not fit whole out of sight: of the parts marked `data-fits`
 * those that reach below the element, or, where even the first does, its lower
 * edge. `told` hears how many parts are hidden.
 */
export const rest =
  (told: (hidden: number) => void = () => undefined): Full =>
  (element, fits) => {
    const parts = [...element.querySelectorAll<HTMLElement>('[data-fits]')];
    const edge = element.getBoundingClientRect().bottom + 1;
    const below = fits ? [] : parts.filter((p) => p.getBoundingClientRect().bottom > edge);
    if (below.length > 0 && below.length === parts.length) below.shift();
    for (const part of parts) part.toggleAttribute('data-rest', below.includes(part));
    const shown = parts.filter((p) => !below.includes(p));
    const whole = shown.every((p) => p.getBoundingClientRect().bottom <= edge);
    element.toggleAttribute('data-cut', !fits && (parts.length === 0 || !whole));
    told(below.length);
  };

/**
 * Makes the text of an element as large as fits, from `most` times its size down
 * to `least`. The element's sizes are in em, and it has `font-size: calc(1em *
 * var(--fit))` or the like.
 */
export const fit =
  (most = 1, full: Full = rest(), least = smallest) =>
  (element: HTMLElement): (() => void) => {
    let due = 0;
    const fits = (): boolean => {
      for (let size = most; size >= least - step / 2; size -= step) {
        element.style.setProperty('--fit', size.toFixed(2));
        const { scrollHeight, clientHeight, scrollWidth, clientWidth } = element;
        if (scrollHeight <= clientHeight + 1 && scrollWidth <= clientWidth + 1) return true;
      }
      return false;
    };
    const measure = (): void => {
      due = 0;
      element.removeAttribute('data-paged');
      full(element, fits());
    };
    const later = (): void => {
      due ||= requestAnimationFrame(measure);
    };
    const sized = new ResizeObserver(later);
    sized.observe(element);
    const changed = new MutationObserver(later);
    changed.observe(element, { childList: true, characterData: true, subtree: true });
    measure();
    return () => {
      cancelAnimationFrame(due);
      sized.disconnect();
      changed.disconnect();
    };
  };

/**
 * Where the list in an element does not fit at the least size, it goes on in
 * further columns to the side, a page of them at a time: nothing is left out.
 * `told` hears how many pages there are. The element has the attribute
 * `data-paged` then.
 */
export const pages =
  (told: (count: number) => void): Full =>
  (element, fits) => {
    element.toggleAttribute('data-paged', !fits);
    const list = element.querySelector('ul');
    told(fits || !list ? 1 : Math.max(1, Math.ceil((list.scrollWidth - 2) / pageWidth(list))));
  };

/** How far one page of a list in columns is from the next, in px. */
export function pageWidth(list: Element): number {
  const { paddingLeft, paddingRight, columnGap } = getComputedStyle(list);
  const inner = list.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  return Math.max(1, inner + (parseFloat(columnGap) || 0));
}
