import type { Group, Participant, Workshop } from './model';

/** The difference between two versions of a workshop, as the server tells it. */
export interface Change {
  /** The version it builds on, exactly. */
  from: number;
  version: number;
  /** Fields that are different now. */
  set: Partial<Workshop>;
  /** Fields that are no more. */
  unset?: (keyof Workshop)[];
  /** Groups come without members: those are whose groupId it is, in order. */
  derived?: boolean;
  groups?: ListChange<Group>;
  participants?: ListChange<Participant>;
}

export interface ListChange<T> {
  /** Each takes the place of the one with its id, or comes to the end. */
  put?: T[];
  gone?: string[];
}

/** How long what is missing may come by itself, at least. */
const catchUpMs = 500;

/** Puts changes into a workshop as they come, and catches up when one is missing. */
export class Changes {
  /** The newest version that was spoken of. */
  #told = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly known: () => Workshop | null,
    private readonly put: (workshop: Workshop) => void,
    private readonly whole: () => Promise<Workshop>,
  ) {}

  take(change: Change): void {
    this.#told = Math.max(this.#told, change.version);
    const workshop = this.known();
    if (workshop?.version === change.from) this.put(changed(workshop, change));
    else if (this.#behind) this.#catchUp();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  get #behind(): boolean {
    return (this.known()?.version ?? 0) < this.#told;
  }

  /** Asks for the whole unless it comes by itself; a hall does not ask at once. */
  #catchUp(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        if (!this.#behind) return;
        this.whole().then(this.put, () => undefined); // a new connection begins with the whole
      },
      catchUpMs * (1 + Math.random()),
    );
  }
}

/** The workshop with the change in it; the given one stays as it is. */
export function changed(workshop: Workshop, change: Change): Workshop {
  const next = {
    ...workshop,
    groups: listed(workshop.groups, change.groups),
    participants: listed(workshop.participants, change.participants),
    ...change.set,
  };
  for (const field of change.unset ?? []) Reflect.deleteProperty(next, field);
  if (change.derived) next.groups = derived(next.groups, next.participants);
  return next;
}

/** The groups with the members that the participants tell of; others stay as they are. */
function derived(groups: Group[], participants: Participant[]): Group[] {
  const of = new Map<string, string[]>(groups.map((g) => [g.id, []]));
  for (const p of participants) of.get(p.groupId ?? '')?.push(p.id);
  return groups.map((g) => {
    const members = of.get(g.id) ?? [];
    // A group that was put in comes without any.
    const before = g.members as string[] | undefined;
    const same = before?.length === members.length && members.every((m, i) => m === before[i]);
    return same ? g : { ...g, members };
  });
}

function listed<T extends { id: string }>(list: T[], change: ListChange<T> | undefined): T[] {
  if (!change) return list;
  const put = new Map((change.put ?? []).map((v) => [v.id, v]));
  const gone = new Set(change.gone ?? []);
  const kept = list.flatMap((v) => {
    const now = put.get(v.id) ?? v;
    put.delete(v.id);
    return gone.has(v.id) ? [] : [now];
  });
  return [...kept, ...put.values()];
}
