/** What the browser lets on about the network and the person. */
export interface Hints {
  /** The page is in front of somebody. */
  visible(): boolean;
  /**
   * @param back the network or the person is back
   * @param gone the network is gone
   * @returns how to stop
   */
  subscribe(back: () => void, gone: () => void): () => void;
}

/** The hints of the page this runs in. */
export const pageHints: Hints = {
  visible: () => document.visibilityState !== 'hidden',
  subscribe(back, gone) {
    const stop = new AbortController();
    const options = { signal: stop.signal };
    window.addEventListener('online', back, options);
    window.addEventListener('pageshow', back, options);
    document.addEventListener('visibilitychange', back, options);
    window.addEventListener('offline', gone, options);
    return () => stop.abort();
  },
};
