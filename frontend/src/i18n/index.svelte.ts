import type { Language, Localised } from '../core/model';
import { render, type Message } from './messages';
import type catalogue from './pl.json';

/** Every text of the interface by name; Polish and English have the same. */
export type MessageKey = keyof typeof catalogue;

const storageKey = 'pathboard.language';

// The build compiles ICU messages: no parser is shipped.
type Load = () => Promise<{ default: unknown }>;
/** The texts of the first screens, and those of all others. */
const parts: Record<Language, { shell: Load; rest: Load }> = {
  pl: { shell: () => import('./pl.json?shell'), rest: () => import('./pl.json?rest') },
  en: { shell: () => import('./en.json?shell'), rest: () => import('./en.json?rest') },
};
const texts: Record<Language, Record<string, Message>> = { pl: {}, en: {} };

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
  /** Grows with each part that arrives, so that texts are looked up anew. */
  loaded = $state(0);
  /** The person chose the language; a workshop's own does not override it. */
  chosen = remembered() !== null;
}
const preference = new Preference();

export const language = (): Language => preference.language;

/** The person's choice; it is remembered on this device. */
export async function chooseLanguage(next: Language): Promise<void> {
  preference.chosen = true;
  try {
    localStorage.setItem(storageKey, next);
  } catch {
    // Not remembered then; the page still changes.
  }
  await apply(next).catch(() => undefined);
}

/** The workshop's language, unless the person has chosen one. */
export function suggestLanguage(next: Language): void {
  if (!preference.chosen) void apply(next).catch(() => undefined);
}

const arrived = new Set<Load>();
/** Other views than the first have asked for their texts. */
let everything = false;

async function bring(load: Load, into: Language): Promise<void> {
  if (arrived.has(load)) return;
  const messages = (await load()).default as Record<string, Message>;
  arrived.add(load);
  Object.assign(texts[into], messages);
  preference.loaded++;
}

async function apply(next: Language): Promise<void> {
  // A language whose texts cannot be fetched now is not taken.
  await bring(parts[next].shell, next);
  if (everything) await bring(parts[next].rest, next);
  preference.language = next;
  document.documentElement.lang = next;
}

/** Fetches the texts of the first screens. */
export const startI18n = (): Promise<void> => apply(preference.language);

/** Fetches the texts of all other screens; a view that needs them waits for it. */
export function allTexts(): Promise<void> {
  everything = true;
  return bring(parts[preference.language].rest, preference.language);
}

/** The text of that name in the language of the page. Reactive. */
export function t(key: MessageKey, values: Record<string, string | number> = {}): string {
  const locale = preference.language;
  void preference.loaded;
  return render(texts[locale][key] ?? key, values, locale);
}

/** What templates say in both languages. Reactive. */
export const loc = (text: Localised | undefined): string =>
  text ? text[preference.language] || text.pl || text.en : '';

/** Whether a name made at run time, like a problem code, has a text. */
export const isMessage = (key: string): key is MessageKey =>
  preference.loaded > 0 && key in texts[preference.language];

export const time = (ms: number): string =>
  new Intl.DateTimeFormat(preference.language, { dateStyle: 'medium', timeStyle: 'short' }).format(
    ms,
  );

/** A day like 2024-03-22 as people write it; anything else as it is. */
export function day(value: string): string {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T12:00:00Z`) : NaN;
  if (Number.isNaN(at)) return value;
  const form = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(preference.language, form).format(at);
}
