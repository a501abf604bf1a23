/**
 * What the interface says about a board's edits. It is always true:
 *
 *   connecting  nothing is known yet, nothing waits to be saved
 *   saved       the server has confirmed everything
 *   saving      changes are on their way, for less than five seconds
 *   device      `count` changes are on this device only
 *   offline     no connection, but nothing waits to be saved
 *   refused     the server said no; the text must be kept by the person
 */
export type SaveState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'saved' }
  | { readonly kind: 'saving'; readonly count: number }
  | { readonly kind: 'device'; readonly count: number }
  | { readonly kind: 'offline' }
  | { readonly kind: 'refused'; readonly code: string };

export interface SaveFacts {
  /** The socket is open and the server has let us in. */
  connected: boolean;
  /** Server and browser have exchanged what they have, and all is confirmed. */
  confirmed: boolean;
  /** Local changes since the last confirmation, of this page or before it. */
  pending: number;
  /** When the oldest of them was made, in ms. */
  pendingSince: number;
  refused: string | null;
  now: number;
}

/** After this a change that is not confirmed counts as not saved. */
export const savingMs = 5_000;

export function saveState(f: SaveFacts): SaveState {
  if (f.refused !== null) return { kind: 'refused', code: f.refused };
  if (f.pending > 0) {
    const late = f.now - f.pendingSince >= savingMs;
    return f.connected && !late
      ? { kind: 'saving', count: f.pending }
      : { kind: 'device', count: f.pending };
  }
  if (!f.connected) return { kind: f.confirmed ? 'offline' : 'connecting' };
  return { kind: f.confirmed ? 'saved' : 'connecting' };
}
