import { ServerClock } from '../core';
import { api } from './device';

/** The server's clock as this page knows it; shared by all countdowns. */
export const serverClock = new ServerClock(() => api().time());

/** Clocks drift; what was measured is measured again now and then. */
const againMs = 60_000;
/** How often it is looked whether somebody set the device's clock. */
const lookMs = 1_000;

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
    if (serverClock.shifted || performance.now() - at >= againMs) measure();
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
