import { Api, Keyring } from '../core';
import { language } from '../i18n/index.svelte';

/** The workshops of this device. */
export const keyring = new Keyring(() => localStorage);

/** The server, in the language of the page, with or without a token. */
export const api = (token: string | null = null): Api => new Api(language, token);
