import { ApiError } from './api';
import type { CardImage, CardKind, Language } from './model';

/** Whether a refusal says that what was open to somebody no longer is. */
export function ended(e: unknown): boolean {
  return e instanceof ApiError && [401, 403, 404, 410].includes(e.status);
}

/** What a workshop made, as the server puts it together for reading. */
export interface Outcome {
  title: string;
  city: string;
  language: Language;
  madeAt: string;
  groups: OutcomeGroup[];
  matrix: {
    area: string;
    methods: Mention[];
    difficulties: Mention[];
    solutions: Mention[];
  }[];
  sources: (Source & { groups?: string[] })[];
  votes: { title: string; voters: number; results: (Mention & { dots: number })[] }[];
  actions: OutcomeAction[];
  /** When it ceases to be shared; nothing: it is not. */
  until?: string;
}

export interface Mention {
  text: string;
  group: string;
}

export interface Source {
  kind: string;
  name: string;
  url: string;
  licence: string;
}

export interface OutcomeCard {
  id: string;
  kind: CardKind;
  text: string;
  tags: string[];
  source?: Source;
  image?: CardImage;
}

export interface OutcomeGroup {
  id: string;
  name: string;
  area: string;
  problem: string;
  stages: {
    /** 0 for cards of stages that the workshop does not have. */
    number: number;
    name: string;
    summary: string;
    done: boolean;
    cards: OutcomeCard[];
  }[];
  links: { from: string; to: string; label: string }[];
}

export interface OutcomeAction {
  id: string;
  groupId: string;
  group: string;
  text: string;
  owner: string;
  due: string;
  state: string;
}
