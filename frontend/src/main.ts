import './ui/tokens.css';
import './ui/base.css';
import { mount } from 'svelte';
import App from './app/App.svelte';
import { startTheme } from './app/theme.svelte';
import { startI18n } from './i18n/index.svelte';

startTheme();

const target = document.getElementById('app');
if (target) {
  // A page without its texts is still better than none: it says what it can.
  void startI18n()
    .catch(() => undefined)
    .then(() => mount(App, { target }));
}

// The app opens without a network where the browser allows it: over HTTPS and
// on localhost.
if ('serviceWorker' in navigator && import.meta.env.PROD) {
  void navigator.serviceWorker.register(workerUrl('/sw.js')).catch(() => undefined);
}

/** Trusted Types ask for a policy wherever a script's address is named. */
function workerUrl(path: string): string {
  const types = (
    globalThis as {
      trustedTypes?: {
        createPolicy(
          name: string,
          rules: { createScriptURL(url: string): string },
        ): { createScriptURL(url: string): string };
      };
    }
  ).trustedTypes;
  return (
    types
      ?.createPolicy('pathboard-worker', { createScriptURL: (url) => url })
      .createScriptURL(path) ?? path
  );
}
