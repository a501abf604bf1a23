import type { Conduct } from './conduct';
import type { Day } from './day';

/** What the server says about a workshop; see the HTTP part of the contract. */

export type Language = 'pl' | 'en';
export type Localised = Record<Language, string>;
export type Role = 'facilitator' | 'member' | 'projector' | 'reader' | 'follower';

export interface Stage {
  id: string;
  name: Localised;
  purpose: Localised;
  questions: Localised[];
  kinds: CardKind[];
  done: Localised;
  minutes: number;
}

export interface Area {
  id: string;
  name: Localised;
}

export interface Group {
  id: string;
  name: string;
  areaId: string;
  capacity: number;
  frozen: boolean;
  members: string[];
}

export interface Participant {
  id: string;
  name: string;
  department: string;
  color: string;
  groupId: string | null;
  /** False for somebody on the list who has not come yet. */
  joined: boolean;
  /** The area they would like to work in. */
  wish?: string;
  /** Forming groups leaves them where they are. */
  pinned?: boolean;
}

/** One of those who lead; the creator may have no name. */
export interface Facilitator {
  id: string;
  name: string;
  addedAt: string;
}

/** A session: a browser that joined, or a link that was handed out. */
export interface Device {
  id: string;
  role: Role;
  participantId?: string;
  facilitatorId?: string;
  /** A coarse word for the browser; empty for a link. */
  name: string;
  issuedAt: string;
  /** The session that asks. */
  this: boolean;
}

/** A line of the audit log: ids and words of the server, no names. */
export interface AuditEntry {
  id: string;
  at: string;
  action: string;
  role?: Role;
  actor?: string;
  target?: string;
  detail?: string;
}

export interface Workshop extends Day, Conduct {
  id: string;
  title: string;
  city: string;
  language: Language;
  status: 'open' | 'closed';
  visibility: 'group' | 'workshop';
  version: number;
  createdAt: string;
  stages: Stage[];
  areas: Area[];
  groups: Group[];
  participants: Participant[];
  /** Groups were formed; who comes later is placed at once. */
  formed: boolean;
  /** Until when members and readers see the outcome; null: not shared. */
  outcomeUntil: string | null;
  /** When the workshop is deleted by itself, and how long after its end. */
  deleteAt: string;
  retentionDays: number;
  /** Those who lead; for facilitators only. */
  facilitators?: Facilitator[];
  /** Until when members and followers say how far actions are; null: not open. */
  followUntil: string | null;
  /** How far the workshop's own library has come; absent from older servers. */
  library?: { revision: number; entries: number; waiting: number };
  /** Pairs who should not share a group; for facilitators only. */
  apart?: [string, string][];
  joinCode?: string;
}

export interface Template {
  id: string;
  name: Localised;
  stages: Stage[];
  areas: Area[];
  departments: Localised[];
}

export interface Links {
  join: string;
  facilitator: string;
  projector: string;
}

export interface Created {
  workshop: Workshop;
  version: number;
  joinCode: string;
  tokens: { facilitator: string; projector: string };
  links: Links;
  /** Exchanged for a new facilitator link when that is lost; shown once. */
  recoveryCode: string;
}

/** That a workshop was deleted, and what it held, in numbers. */
export interface Receipt {
  id: string;
  deletedAt: string;
  reason: 'facilitator' | 'retention';
  createdAt: string;
  groups: number;
  participants: number;
  sessions: number;
}

/** Who is signed in to create workshops, where the server asks for it. */
export interface SignInState {
  enabled: boolean;
  name: string | null;
  workshops: { id: string; title: string; city: string; createdAt: string }[];
}

/** Who answers for personal data on this server. */
export interface PrivacyNotice {
  controller: { name: string; contact: string };
  retentionDays: number;
}

/** A workshop that its facilitator has got back. */
export interface Recovered {
  workshop: Workshop;
  version: number;
  token: string;
  link: string;
}

export interface Preview {
  workshop: Pick<Workshop, 'id' | 'title' | 'city' | 'language' | 'status'>;
  areas: Area[];
  groups: { id: string; name: string; areaId: string; memberCount: number; capacity: number }[];
  departments: Localised[];
}

export interface Joined {
  token: string;
  participant: Participant;
  workshop: Workshop;
  version: number;
}

export interface Session {
  role: Role;
  workshopId: string;
  participant?: Participant;
}

/** Something of the library, to lean on. */
export interface LibraryEntry {
  id: string;
  kind: string;
  name: Localised;
  text: Localised;
  /** The stages it serves; none means all. */
  stages: string[];
  areas?: string[];
  /** Where an example comes from. */
  city?: string;
  url?: string;
  access?: Localised;
  licence?: Localised;
  /** The day somebody last looked at it. */
  checked?: string;
}

/** The kinds of cards a board knows; others are shown as notes and kept. */
export const cardKinds = [
  'problem',
  'question',
  'data',
  'method',
  'tool',
  'difficulty',
  'solution',
  'result',
  'recommendation',
  'action',
  'example',
  'note',
] as const;
export type CardKind = (typeof cardKinds)[number];

export function asKind(value: unknown): CardKind {
  return cardKinds.find((k) => k === value) ?? 'note';
}

/** The colours a card can take; the names are data, the values are design tokens. */
export const cardColors = ['sand', 'sun', 'leaf', 'sea', 'sky', 'plum', 'rose'] as const;
export type CardColor = (typeof cardColors)[number];

export interface Card {
  readonly id: string;
  readonly kind: CardKind;
  readonly stage: string;
  readonly order: string;
  readonly text: string;
  readonly author: string;
  readonly createdAt: number;
  readonly color: CardColor | null;
  readonly tags: readonly string[];
  readonly owner: string;
  /** A day, as in 2024-02-22; what others wrote may be anything. */
  readonly due: string;
  readonly state: string;
  /** The library entry it comes from. */
  readonly ref: string;
  /** Put aside: kept, but in no list. */
  readonly archived: boolean;
  readonly image: CardImage | null;
  /** Who reacted how: participant ids by reaction. */
  readonly reactions: ReadonlyMap<Reaction, readonly string[]>;
}

/** A picture on a card; its bytes are kept beside the board. */
export interface CardImage {
  /** The SHA-256 of its bytes. */
  readonly id: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** What it shows, in words; empty while nobody has said. */
  readonly alt: string;
}

/** How far the thing on a card is; the names are data. */
export const cardStates = ['todo', 'doing', 'blocked', 'done'] as const;
export type CardState = (typeof cardStates)[number];

export const reactions = ['agree', 'thanks', 'idea', 'doubt'] as const;
export type Reaction = (typeof reactions)[number];

export interface Comment {
  readonly id: string;
  readonly card: string;
  readonly author: string;
  readonly text: string;
  readonly createdAt: number;
  /** When the matter was settled; 0 while it is open. */
  readonly resolvedAt: number;
  /** The comment it answers, or empty. */
  readonly replyTo: string;
}

/** What a link can say; a link of another kind is shown as a mere relation. */
export const linkKinds = ['feeds', 'solves', 'answers', 'supports', 'leads', ''] as const;
export type LinkKind = (typeof linkKinds)[number];

export function asLinkKind(value: string): LinkKind {
  return linkKinds.find((k) => k === value) ?? '';
}

export interface Link {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly kind: string;
}

/** What awareness says of one open browser. */
export interface Presence {
  readonly client: number;
  readonly user: { id: string; name: string; color: string; role: string };
  readonly stage: string | null;
  readonly card: string | null;
  readonly editing: boolean;
  /** Where the person's caret is, as relative positions in a card's text. */
  readonly cursor: {
    readonly card: string;
    readonly anchor: unknown;
    readonly head: unknown;
  } | null;
}
