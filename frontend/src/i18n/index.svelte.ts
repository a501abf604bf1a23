import { setupI18n } from '@lingui/core';
import type { Language, Localised } from '../core/model';
import type catalogue from './pl.json';
import plMessages from './pl.json';
import enMessages from './en.json';

/** Every text of the interface by name; Polish and English have the same. */
export type MessageKey = keyof typeof catalogue;

const storageKey = 'pathboard.language';

// The build turns ICU messages into lingui's compiled form.
type Compiled = Parameters<ReturnType<typeof setupI18n>['load']>[1];
const i18n = setupI18n({
  locale: 'pl',
  messages: {
    pl: plMessages as unknown as Compiled,
    en: enMessages as unknown as Compiled,
  },
  missing: (_locale, key) => key,
});

function remembered(): Language | null {
  try {
    const value = localStorage.getItem(storageKey);
    return value === 'pl' || value === 'en' ? value : null;
  } catch {
    return null;
  }
}

class Preference {
  language = $state<Language>(remembered() ?? 'pl');
  /** The person chose the language; a workshop's own does not override it. */
  chosen = remembered() !== null;
}
const preference = new Preference();

export const language = (): Language => preference.language;

/** The person's choice; it is remembered on this device. */
export function chooseLanguage(next: Language): void {
  preference.chosen = true;
  apply(next);
  try {
    localStorage.setItem(storageKey, next);
  } catch {
    // Not remembered then; the page still changes.
  }
}

/** The workshop's language, unless the person has chosen one. */
export function suggestLanguage(next: Language): void {
  if (!preference.chosen) apply(next);
}

function apply(next: Language): void {
  preference.language = next;
  document.documentElement.lang = next;
}

export function startI18n(): void {
  document.documentElement.lang = preference.language;
}

/** The text of that name in the language of the page. Reactive. */
export function t(key: MessageKey, values: Record<string, string | number> = {}): string {
  const locale = preference.language;
  if (i18n.locale !== locale) i18n.activate(locale);
  return i18n._(key, values);
}

/** What templates say in both languages. Reactive. */
export const loc = (text: Localised | undefined): string =>
  text ? text[preference.language] || text.pl || text.en : '';

/** Whether a name made at run time, like a problem code, has a text. */
export const isMessage = (key: string): key is MessageKey => key in plMessages;

export const time = (ms: number): string =>
  new Intl.DateTimeFormat(preference.language, { dateStyle: 'medium', timeStyle: 'short' }).format(
    ms,
  );
