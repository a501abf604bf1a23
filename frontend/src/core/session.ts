import type { Role } from './model';

/** What this device remembers of a workshop. */
export interface Remembered {
  workshopId: string;
  role: Role;
  token: string;
  title: string;
  city: string;
  /** Members only. */
  participantId?: string;
  name?: string;
  at: number;
}

const key = 'pathboard.workshops';
const most = 20;

/**
 * The workshops of this device, kept in localStorage. Where storage is
 * forbidden they live as long as the page, and `forbidden` says so.
 */
export class Keyring {
  forbidden = false;
  #items: Remembered[] = [];

  constructor(private readonly storage: () => Storage) {
    this.#items = this.#read();
  }

  /** Newest first. */
  all(): readonly Remembered[] {
    return this.#items;
  }

  find(workshopId: string, role?: Role): Remembered | undefined {
    return this.#items.find((i) => i.workshopId === workshopId && (!role || i.role === role));
  }

  remember(item: Remembered): void {
    this.#items = [
      item,
      ...this.#read().filter((i) => i.workshopId !== item.workshopId || i.role !== item.role),
    ].slice(0, most);
    this.#write();
  }

  forget(workshopId: string, role: Role): void {
    this.#items = this.#read().filter((i) => i.workshopId !== workshopId || i.role !== role);
    this.#write();
  }

  #read(): Remembered[] {
    try {
      const found: unknown = JSON.parse(this.storage().getItem(key) ?? '[]');
      return Array.isArray(found) ? found.filter(isRemembered).map(withoutLinks) : [];
    } catch {
      return this.#items;
    }
  }

  #write(): void {
    try {
      this.storage().setItem(key, JSON.stringify(this.#items));
      this.forbidden = false;
    } catch {
      this.forbidden = true;
    }
  }
}

/** What an earlier version of the app kept had the secret links in it. */
function withoutLinks(item: Remembered): Remembered {
  const kept: Remembered & { links?: unknown } = { ...item };
  delete kept.links;
  return kept;
}

function isRemembered(value: unknown): value is Remembered {
  const item = value as Partial<Remembered> | null;
  return (
    typeof item === 'object' &&
    item !== null &&
    typeof item.workshopId === 'string' &&
    typeof item.token === 'string' &&
    ['facilitator', 'member', 'projector', 'reader', 'follower'].includes(item.role ?? '')
  );
}
