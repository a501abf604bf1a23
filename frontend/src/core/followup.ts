import type { OutcomeAction } from './outcome';

/** The action plan of a workshop as it is followed up afterwards. */
export interface FollowUp {
  title: string;
  city: string;
  /** The day from which months are counted. */
  heldAt: string;
  /** The last moment of the follow-up, empty while it is not open. */
  until: string;
  actions: OutcomeAction[];
}

/** By when actions are due: within so many months, later, or on no day. */
export const horizons = [1, 3, 6, 'later', 'none'] as const;
export type Horizon = (typeof horizons)[number];

/** The day so many months after another; a day that a month lacks is its last one. */
export function monthsAfter(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last)))
    .toISOString()
    .slice(0, 10);
}

const isDay = (due: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(due);

function horizonOf(action: OutcomeAction, heldAt: string): Horizon {
  if (!isDay(action.due)) return 'none';
  const within = ([1, 3, 6] as const).find((m) => action.due <= monthsAfter(heldAt, m));
  return within ?? 'later';
}

/** The actions by when they are due, each horizon with the earliest first. */
export function byHorizon(
  plan: Pick<FollowUp, 'heldAt' | 'actions'>,
): { horizon: Horizon; actions: OutcomeAction[]; done: number }[] {
  return horizons
    .map((horizon) => {
      const actions = plan.actions
        .filter((a) => horizonOf(a, plan.heldAt) === horizon)
        .sort((a, b) => a.due.localeCompare(b.due));
      return { horizon, actions, done: actions.filter((a) => a.state === 'done').length };
    })
    .filter(({ actions }) => actions.length > 0);
}

/** Due before today and not done. */
export const overdue = (action: OutcomeAction, today: string): boolean =>
  action.state !== 'done' && isDay(action.due) && action.due < today;
