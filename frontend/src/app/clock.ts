import { ServerClock } from '../core';
import { api } from './device';

/** The server's clock as this page knows it; shared by all countdowns. */
export const serverClock = new ServerClock(() => api().time());

/** Clocks drift; what was measured is measured again now and then. */
const againMs = 60_000;

/** Measures now, each minute, and when the person or the network is back. */
export function keepTime(measured: () => void): () => void {
  const measure = (): void => void serverClock.measure().then(measured);
  const back = (): void => {
    if (document.visibilityState === 'visible') measure();
  };
  const timer = setInterval(measure, againMs);
  document.addEventListener('visibilitychange', back);
  window.addEventListener('online', measure);
  measure();
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', back);
    window.removeEventListener('online', measure);
  };
}
