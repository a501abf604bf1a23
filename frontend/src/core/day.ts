import type { Localised } from './model';
import type { Screen } from './screen';

/** The day as the server says it: the agenda, where it stands, what is stopped. */
export type PhaseKind =
  'lobby' | 'theory' | 'forming' | 'stage' | 'gallery' | 'presentations' | 'wrap-up' | 'break';

export interface AgendaPhase {
  id: string;
  kind: PhaseKind;
  name: Localised;
  stageId?: string;
  minutes: number;
  frozen?: boolean;
}

export interface Phase {
  id: string;
  kind: PhaseKind;
  name: Localised;
  stageId: string;
  index: number;
}

/** A countdown without a tick: a deadline while it runs, a rest while it does not. */
export interface Timer {
  running: boolean;
  endsAt: string | null;
  leftMs: number | null;
  totalMs: number;
}

/** What a change of phase alters; it comes ahead of the whole workshop. */
export interface Now {
  phase: Phase | null;
  timer: Timer | null;
  /** The stage boards show first, empty for none. */
  focus: string;
  /** Nobody's board can be changed now. */
  frozen: boolean;
  /** What the projectors show; read it with `screenOf`. */
  screen?: Screen;
}

export interface Day extends Now {
  agenda: AgendaPhase[];
}

/** What a countdown has left at the server's time, in ms; negative when over. */
export function left(timer: Timer, serverNow: number): number {
  return timer.running && timer.endsAt !== null
    ? Date.parse(timer.endsAt) - serverNow
    : (timer.leftMs ?? 0);
}

/** Minutes and seconds as on a clock; whole seconds, so that all screens agree. */
export function clockText(ms: number): string {
  const seconds = Math.abs(Math.ceil(ms / 1000));
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return Math.ceil(ms / 1000) < 0 ? `+${text}` : text;
}

/** What is worth saying aloud: five minutes, one minute, the end. */
export type Mark = 5 | 1 | 0;
const marks: readonly Mark[] = [0, 1, 5];

/** The mark passed between two readings of the same countdown, the latest one. */
export function passed(before: number, after: number): Mark | null {
  return marks.find((m) => before > m * 60_000 && after <= m * 60_000) ?? null;
}
