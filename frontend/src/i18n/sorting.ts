import type { Language } from '../core/model';
import { language } from './index.svelte';

const collators: Partial<Record<Language, Intl.Collator>> = {};

/** Orders names as readers of a language do; numbers in them by their value. */
export function comparer(of: Language): (a: string, b: string) => number {
  collators[of] ??= new Intl.Collator(of, { numeric: true, sensitivity: 'variant' });
  return collators[of].compare;
}

/** The order of two names in the language of the page. Reactive. */
export const byName = (a: string, b: string): number => comparer(language())(a, b);
