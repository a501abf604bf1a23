/** How one person, or the screens, are connected, as the server sees it. */
export interface Line {
  role: string;
  personId?: string;
  connected: boolean;
  /** Messages travel by plain requests: a proxy lets no websocket through. */
  requests?: boolean;
  /** There and back; absent before it was measured. */
  milliseconds?: number;
  since?: string;
  /** Lines that broke in the last ten minutes. */
  drops: number;
  lostAt?: string;
}

export interface Health {
  name: string;
  ok: boolean;
  milliseconds: number;
}

/** One process of the server. */
export interface Instance {
  id: string;
  version: string;
  here: boolean;
  silent: boolean;
  connections: number;
  health: Health[];
}

export interface LinesView {
  instances: Instance[];
  lines: Line[];
}

export type Trouble = 'lost' | 'drops' | 'slow';

/** From here on a line is felt to be slow, in ms there and back. */
export const slowMs = 700;
/** So many broken lines in ten minutes are more than bad luck. */
const manyDrops = 2;
/** A server that takes longer to save is to blame itself. */
const slowServerMs = 1_500;
/** When so many people, and such a part of all, struggle, it is the network. */
const hallPeople = 3;
const hallPart = 0.25;

/** What is wrong with a line, the worst first; null: nothing. */
export function trouble(line: Line): Trouble | null {
  if (!line.connected) return 'lost';
  if (line.drops >= manyDrops) return 'drops';
  return (line.milliseconds ?? 0) >= slowMs ? 'slow' : null;
}

const rank: Record<Trouble, number> = { lost: 0, drops: 1, slow: 2 };

/** Those who struggle, the worst first. */
export function struggling(lines: readonly Line[]): Line[] {
  return lines
    .filter((l) => trouble(l) !== null)
    .sort((a, b) => {
      const [ta, tb] = [trouble(a) ?? 'slow', trouble(b) ?? 'slow'];
      return rank[ta] - rank[tb] || (b.milliseconds ?? 0) - (a.milliseconds ?? 0);
    });
}

/** An instance that cannot save or deliver, is slow at it, or says nothing. */
export function ill(i: Instance): boolean {
  return i.silent || i.health.some((h) => !h.ok || h.milliseconds >= slowServerMs);
}

/**
 * Whose fault it is:
 *
 *   well         nobody's: all is well
 *   server       the server's
 *   hall         the network's: many struggle while the server is well
 *   some         that of a few people's lines
 *   device       that of this device's line
 *   unreachable  this device cannot reach the server
 *   offline      this device has no network at all
 */
export type Verdict = 'well' | 'server' | 'hall' | 'some' | 'device' | 'unreachable' | 'offline';

export interface Facts {
  /** What the server said; null: it could not say. */
  view: LinesView | null;
  /** The way from this device and back, in ms; null: no answer. */
  own: number | null;
  /** What the browser believes of its network. */
  online: boolean;
}

export function verdict({ view, own, online }: Facts): Verdict {
  if (!online) return 'offline';
  if (own === null) return 'unreachable';
  if (view === null || view.instances.some(ill)) return 'server';
  const bad = struggling(view.lines).length;
  if (bad >= hallPeople && bad >= view.lines.length * hallPart) return 'hall';
  if (bad > 0) return 'some';
  return own >= slowMs ? 'device' : 'well';
}

const patienceMs = 8_000;

/** The way to the server and back, in ms, without its store; null: no answer. */
export async function roundTrip(
  ask: typeof fetch = fetch,
  now: () => number = () => performance.now(),
): Promise<number | null> {
  const once = async (): Promise<number> => {
    const began = now();
    const signal = AbortSignal.timeout(patienceMs);
    const answer = await ask('/healthz', { cache: 'no-store', credentials: 'omit', signal });
    if (!answer.ok) throw new Error(String(answer.status));
    return now() - began;
  };
  try {
    // The first may have had to make a connection.
    const first = await once();
    return Math.min(first, await once());
  } catch {
    return null;
  }
}
