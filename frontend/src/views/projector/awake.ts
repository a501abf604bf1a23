/** The pointer is put away after resting so long, in ms. */
const restMs = 4_000;

/**
 * Keeps this screen from going dark while nobody touches its computer, where the
 * browser can. Returns how to let it.
 */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let over = false;
  // The lock goes whenever the page is hidden.
  const ask = async (): Promise<void> => {
    if (over || document.visibilityState !== 'visible') return;
    try {
      lock = await navigator.wakeLock.request('screen');
      if (over) await lock.release();
    } catch {
      // Not here, or not now: the computer's own settings decide.
    }
  };
  const look = (): void => void ask();
  document.addEventListener('visibilitychange', look);
  look();
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', look);
    lock?.release().catch(() => undefined);
  };
}

/** No arrow stands in the picture when nobody moves it. */
export function restingPointer(element: HTMLElement): () => void {
  let timer = 0;
  const moved = (): void => {
    clearTimeout(timer);
    element.style.cursor = '';
    timer = window.setTimeout(() => (element.style.cursor = 'none'), restMs);
  };
  element.addEventListener('pointermove', moved);
  return () => {
    clearTimeout(timer);
    element.removeEventListener('pointermove', moved);
  };
}

/** Fills the screen, or no longer, where the browser lets it. */
export function fillScreen(): void {
  const done = document.fullscreenElement
    ? document.exitFullscreen()
    : document.documentElement.requestFullscreen();
  done.catch(() => undefined); // everything is shown all the same
}
