import { Api, Keyring } from '../core';
import { language } from '../i18n/index.svelte';

/** The workshops of this device. */
export const keyring = new Keyring(() => localStorage);

/** The server, in the language of the page, with or without a token. */
export const api = (token: string | null = null): Api =>
  new Api(language, token, '', async (id, shown) =>
    (await import('./confirm')).confirmIdentity(id, shown),
  );

/**
 * The token that this device keeps for who leads: that of a session, so that the
 * secret of the link is nowhere in the browser.
 */
export async function sessionOf(workshopId: string, link: string): Promise<string> {
  try {
    return (await api(link).openSession(workshopId)).token;
  } catch {
    // A session already, an instance of an older release, or a bad moment: a link
    // that cannot be exchanged now is better kept than lost.
    return link;
  }
}
