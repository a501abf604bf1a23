import type { Poll } from './conduct';
import type { Stage, Workshop } from './model';

/** What all projectors of a workshop show, as the server says it. */
export const screenModes = [
  'day',
  'lobby',
  'theory',
  'wall',
  'focus',
  'compare',
  'timer',
  'votes',
  'presentation',
  'carousel',
  'blank',
] as const;
export type ScreenMode = (typeof screenModes)[number];

export interface Screen {
  /** `day`: the lobby while people come, then all groups. */
  mode: ScreenMode;
  /** The group in focus or presented. */
  groupId: string;
  /** The stage compared or taught; empty: what the day is at, or all. */
  stageId: string;
  /** The vote whose results are shown; empty: the latest. */
  pollId: string;
  slide: number;
  /** The group that presents turns the slides itself. */
  handed: boolean;
  hideNames: boolean;
  showHelp: boolean;
  /** The groups that wait for help, while that may be shown. */
  help: string[];
}

const dayScreen: Screen = {
  mode: 'day',
  groupId: '',
  stageId: '',
  pollId: '',
  slide: 0,
  handed: false,
  hideNames: false,
  showHelp: false,
  help: [],
};

/** The screen of a workshop; one of a server that knows no screens, or none of its modes, follows the day. */
export function screenOf(workshop: Workshop): Screen {
  const screen = workshop.screen;
  if (!screen) return dayScreen;
  return screenModes.includes(screen.mode) ? screen : { ...screen, mode: 'day' };
}

/** What a projector can show: the day has screens of its own for forming groups and for its end. */
export type ShownMode = Exclude<ScreenMode, 'day'> | 'groups' | 'wrap-up';

/** What is really shown: the day decides where the screen follows it. */
export function shownMode(workshop: Workshop): ShownMode {
  const { mode } = screenOf(workshop);
  if (mode !== 'day') return mode;
  const kind = workshop.phase?.kind;
  if (kind === 'lobby' || workshop.groups.length === 0) return 'lobby';
  if (kind === 'wrap-up') return 'wrap-up';
  return kind === 'forming' ? 'groups' : 'wall';
}

/** The stage to compare: the one chosen, the one in focus, or the first. */
export function comparedStage(workshop: Workshop): Stage | undefined {
  const { stageId } = screenOf(workshop);
  const find = (id: string | undefined): Stage | undefined =>
    workshop.stages.find((s) => s.id === id);
  return find(stageId) ?? find(workshop.focus) ?? workshop.stages[0];
}

/** The vote that is shown: the one chosen, or the latest. */
export function shownPoll(workshop: Workshop): Poll | undefined {
  const { polls } = workshop;
  return polls.find((p) => p.id === screenOf(workshop).pollId) ?? polls.at(-1);
}

/** How a wall of tiles is laid out: as few pages as leave each tile readable. */
export interface WallLayout {
  columns: number;
  rows: number;
  pages: number;
}

/** The least a tile needs for a name, a problem, its progress and the newest card, in em. */
const leastWidth = 11.5;
const leastHeight = 9.4;
/** A tile reads best at about this width to its height. */
const shape = 1.7;

/** Lays n tiles out on a surface whose sides are given in em. */
export function layWall(n: number, width: number, height: number): WallLayout {
  for (let pages = 1; ; pages++) {
    const per = Math.max(1, Math.ceil(n / pages));
    let best: WallLayout = { columns: 1, rows: per, pages };
    let score = -1;
    for (let columns = 1; columns <= per; columns++) {
      const rows = Math.ceil(per / columns);
      const [w, h] = [width / columns, height / rows];
      // Places that stay empty make the others smaller for nothing.
      const good = (Math.min(w / shape, h) * per) / (columns * rows);
      if (good <= score) continue;
      score = good;
      best = { columns, rows, pages };
    }
    const fits = width / best.columns >= leastWidth && height / best.rows >= leastHeight;
    if (fits || per === 1) return best;
  }
}
