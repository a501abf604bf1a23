import { ServerClock } from '../core';
import { api } from './device';

const key = 'pathboard.clock';
const memory = {
  read(): number {
    try {
      return Number(localStorage.getItem(key)) || 0;
    } catch {
      return 0; // The device's own clock then, until the server answers.
    }
  },
  write(offset: number): void {
    try {
      localStorage.setItem(key, String(Math.round(offset)));
    } catch {
      // A reload without a network goes by the device's own clock then.
    }
  },
};

/** The server's clock as this page knows it; shared by all countdowns. */
export const serverClock = new ServerClock(
  () => api().time(),
  () => Date.now(),
  () => performance.now(),
  memory,
);

/** Clocks drift; what was measured is measured again now and then. */
const againMs = 60_000;
/** How often it is looked whether somebody set the device's clock. */
const lookMs = 1_000;
/** Without an answer the question is not repeated more often. */
const patienceMs = 5_000;

/**
 * Measures now, each minute, when the person or the network is back, and when
 * the device's clock was set.
 */
export function keepTime(measured: () => void): () => void {
  let at = 0;
  const measure = (): void => {
    at = performance.now();
    void serverClock.measure().then(measured);
  };
  const back = (): void => {
    if (document.visibilityState === 'visible') measure();
  };
  const timer = setInterval(() => {
    const age = performance.now() - at;
    if (age >= againMs || (serverClock.shifted && age >= patienceMs)) measure();
  }, lookMs);
  document.addEventListener('visibilitychange', back);
  window.addEventListener('online', measure);
  measure();
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', back);
    window.removeEventListener('online', measure);
  };
}
