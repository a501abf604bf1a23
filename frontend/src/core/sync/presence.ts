import type { Presence } from '../model';

/** Reads the others from awareness states, forgiving foreign ones. */
export function readPresence(
  states: ReadonlyMap<number, Record<string, unknown>>,
  self: number,
): Presence[] {
  const out: Presence[] = [];
  for (const [client, state] of states) {
    const user = state['user'] as Partial<Record<keyof Presence['user'], unknown>> | undefined;
    const id = asString(user?.id);
    if (client === self || id === null) continue;
    out.push({
      client,
      user: {
        id,
        name: asString(user?.name) ?? '',
        color: asColor(user?.color),
        role: asString(user?.role) ?? '',
      },
      stage: asString(state['stage']),
      card: asString(state['card']),
      editing: state['editing'] === true,
      cursor: asCursor(state['cursor']),
    });
  }
  return out;
}

export const asString = (value: unknown): string | null =>
  typeof value === 'string' ? value : null;

/** Colours go into styles: nothing but a plain one may pass. */
const asColor = (value: unknown): string =>
  typeof value === 'string' && /^(#[0-9a-f]{3,8}|[a-z]{3,20})$/i.test(value) ? value : '';

function asCursor(value: unknown): Presence['cursor'] {
  const cursor = value as { card?: unknown; anchor?: unknown; head?: unknown } | null | undefined;
  if (typeof cursor?.card !== 'string') return null;
  return { card: cursor.card, anchor: cursor.anchor, head: cursor.head };
}
