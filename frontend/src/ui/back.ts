/*
 * On a phone what lies over the page is closed by going back, as all apps there
 * do it; without this it would leave the page. One entry of the history stands
 * for all that is open, and goes with the last of it.
 */
interface Over {
  close: () => void;
}
const open: Over[] = [];
let marked = false;
/** The entry is being left, which browsers do later; what opens meanwhile asks for another. */
let leaving = false;

const isMark = (): boolean => (history.state as { over?: true } | null)?.over === true;
const mark = (): void => {
  marked = true;
  if (!leaving && !isMark()) history.pushState({ over: true }, '');
};

function back(): void {
  if (leaving) {
    leaving = marked = false;
    if (open.length > 0) mark();
    return;
  }
  if (!marked || isMark()) return;
  marked = false;
  open.pop()?.close();
  if (open.length > 0) mark();
}

/**
 * What has just been opened over the page is closed by the phone's way back.
 *
 * @returns to be called when it is closed, whatever closed it
 */
export function closesOnBack(close: () => void): () => void {
  if (!matchMedia('(max-width: 720px), (pointer: coarse)').matches) return () => undefined;
  window.addEventListener('popstate', back);
  const over: Over = { close };
  open.push(over);
  mark();
  return () => {
    const at = open.indexOf(over);
    if (at >= 0) open.splice(at, 1);
    // What opens in its place goes on with its entry.
    setTimeout(() => {
      if (open.length > 0 || leaving) return;
      if (marked && isMark()) {
        leaving = true;
        history.back();
      } else marked = false;
    });
  };
}
