import type { Workshop } from './model';

/** What leads a day besides its phases: help, votes, private writing, feedback. */

export interface Help {
  id: string;
  groupId: string;
  by: string;
  /** Empty: a raised hand. */
  text: string;
  at: string;
  /** For the group alone. */
  answer?: string;
  answeredAt?: string;
  /** When the matter was settled; absent while it waits. */
  doneAt?: string;
}

export interface Announcement {
  id: string;
  text: string;
  /** None: everybody. */
  groups: string[];
  at: string;
}

/** What concerns this person alone, beyond the workshop that everybody sees. */
export interface Concern {
  help: Help[];
  announcements: Announcement[];
  /** The group whose board one's own group visits now, or empty. */
  visits: string;
}

export interface PollResult {
  groupId: string;
  card: string;
  text: string;
  dots: number;
}

export interface Poll {
  id: string;
  title: string;
  /** Dots go to cards of any group; else of one's own. */
  across: boolean;
  dots: number;
  perCard: number;
  stageId?: string;
  openedAt: string;
  closedAt?: string;
  counted?: boolean;
  voters?: number;
  results?: PollResult[];
}

export interface Dots {
  groupId: string;
  card: string;
  dots: number;
}

/** A round of private writing. */
export interface Writing {
  id: string;
  stageId: string;
  /** Of the cards that notes become. */
  kind: string;
  begunAt: string;
  revealedAt?: string;
  shown?: boolean;
}

export interface Note {
  id: string;
  text: string;
}

/** A walk on a rota: in round r each group visits the board r places further. */
export interface Gallery {
  /** From 1; 0: no walk. */
  round: number;
  /** How long a round is meant to be; 0: as long as the facilitator likes. */
  minutes?: number;
  /** When the round is meant to end. */
  endsAt?: string;
}

export const feedbackQuestions = ['useful', 'clear', 'together', 'apply'] as const;
export type FeedbackQuestion = (typeof feedbackQuestions)[number];
export const feedbackMost = 5;

export interface Feedback {
  scale: Partial<Record<FeedbackQuestion, number>>;
  text: string;
}

export interface FeedbackResult {
  answers: number;
  /** For each question how many chose 1, 2, … */
  counts: Partial<Record<FeedbackQuestion, number[]>>;
  texts: string[];
}

/** A question that everybody answers while people come in. */
export interface Warmup {
  id: string;
  question: string;
  openedAt: string;
  closedAt?: string;
}

export interface WarmupAnswer {
  by: string;
  department: string;
  text: string;
}

/** What of the day's tools is on, as a part of the workshop. */
export interface Conduct {
  polls: Poll[];
  writing: Writing | null;
  gallery: Gallery;
  /** Everybody is asked what they think of the day. */
  feedbackOpen: boolean;
  warmup: Warmup | null;
}

export const noConcern: Concern = { help: [], announcements: [], visits: '' };

/** The vote that is open, if any. */
export const openPoll = (w: Conduct): Poll | undefined => w.polls.find((p) => !p.closedAt);

/** The round of private writing that is on, if any. */
export const openWriting = (w: Conduct): Writing | undefined =>
  w.writing && !w.writing.revealedAt ? w.writing : undefined;

/** The warm-up question that is open, if any. */
export const openWarmup = (w: Conduct): Warmup | undefined =>
  w.warmup && !w.warmup.closedAt ? w.warmup : undefined;

/** Requests that wait, the longest first. */
export const waiting = (concern: Concern): Help[] =>
  concern.help.filter((h) => !h.doneAt).sort((a, b) => a.at.localeCompare(b.at));

/** Where a group is in a round of the walk. */
export function visited(w: Workshop, groupId: string): string {
  const at = w.groups.findIndex((g) => g.id === groupId);
  const { round } = w.gallery;
  if (at < 0 || round === 0) return '';
  const to = w.groups[(at + round) % w.groups.length];
  return to && to.id !== groupId ? to.id : '';
}

/** Whole minutes since a moment, never negative. */
export const minutesSince = (at: string | number, now: number): number =>
  Math.max(0, Math.floor((now - (typeof at === 'number' ? at : Date.parse(at))) / 60_000));

/** Whether a member's day holds more than its phases. */
export const busy = (w: Workshop, concern: Concern): boolean =>
  w.polls.length > 0 ||
  w.writing !== null ||
  w.gallery.round > 0 ||
  w.feedbackOpen ||
  w.outcomeUntil !== null ||
  openWarmup(w) !== undefined ||
  concern.help.length + concern.announcements.length > 0;
