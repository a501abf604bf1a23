/** Text is never made smaller than this part of its size. */
const least = 0.55;
const step = 0.05;

/**
 * Makes the text of an element as large as fits, from `most` times its size
 * down. The element's sizes are in em, and it has `font-size: calc(1em *
 * var(--fit))` or the like; what still does not fit is cut at its lower edge.
 */
export const fit =
  (most = 1) =>
  (element: HTMLElement): (() => void) => {
    let due = 0;
    const measure = (): void => {
      due = 0;
      for (let size = most; size >= least; size -= step) {
        element.style.setProperty('--fit', size.toFixed(2));
        const { scrollHeight, clientHeight, scrollWidth, clientWidth } = element;
        if (scrollHeight <= clientHeight + 1 && scrollWidth <= clientWidth + 1) return;
      }
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
