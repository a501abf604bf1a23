import type { Workshop } from './model';

/** After so many minutes without a change a working group is worth a look. */
export const quietMinutes = 4;

/** What the overview knows of one group's board. */
export interface Seen {
  /** When a card or a comment was last made, or anything changed here; ms, 0: never. */
  changedAt: number;
  /** How many of the group are here now. */
  present: number;
}

/** When the phase that is on began to run, as far as its countdown tells; ms. */
export function phaseBegan(w: Pick<Workshop, 'timer'>): number {
  const { timer } = w;
  return timer?.running && timer.endsAt !== null ? Date.parse(timer.endsAt) - timer.totalMs : 0;
}

/**
 * Minutes for which a group that should be working has been quiet, or 0. Only a
 * running stage counts, from its beginning, and only groups with somebody there
 * whose board is open.
 */
export function quietFor(
  w: Pick<Workshop, 'timer' | 'phase' | 'frozen'>,
  frozen: boolean,
  seen: Seen,
  now: number,
): number {
  if (w.phase?.kind !== 'stage' || !w.timer?.running || w.frozen || frozen) return 0;
  if (seen.present === 0) return 0;
  const since = Math.max(seen.changedAt, phaseBegan(w));
  const minutes = Math.floor((now - since) / 60_000);
  return minutes >= quietMinutes ? minutes : 0;
}
