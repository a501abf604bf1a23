import type { Template } from '../core/model';

/** What the next workshop begins with. */
export interface Beginning {
  pathway: Template;
  title: string;
  city: string;
  groups: { name: string; area: string }[];
}

let waiting: Beginning | null = null;

/** Hands a pathway to the page on which the next workshop is created. */
export function startFrom(beginning: Beginning): void {
  waiting = beginning;
}

/** Takes what was handed over, once. */
export function takeBeginning(): Beginning | null {
  const taken = waiting;
  waiting = null;
  return taken;
}

/** Reads a saved pathway, as far as a page needs it; the server checks the rest. */
export function readPathway(text: string): Template | null {
  try {
    const t = JSON.parse(text) as Partial<Template> | null;
    const named = (list: unknown): boolean =>
      Array.isArray(list) &&
      list.length > 0 &&
      list.every((x: { id?: unknown; name?: { pl?: unknown } } | null) => {
        return typeof x?.id === 'string' && typeof x.name?.pl === 'string';
      });
    const whole = typeof t?.id === 'string' && typeof t.name?.pl === 'string';
    return whole && named(t.stages) && named(t.areas) ? (t as Template) : null;
  } catch {
    return null;
  }
}
