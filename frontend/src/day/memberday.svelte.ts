import { openWriting, type Announcement, type Help, type Note } from '../core/conduct';
import type { Workshop } from '../core/model';
import { mergeNotes } from '../core/notes';
import { Ballot } from './ballot.svelte';
import { Mine } from './mine.svelte';
import type { WorkshopPage } from '../app/workshop.svelte';

export type MemberDialog =
  'help' | 'news' | 'vote' | 'results' | 'writing' | 'warmup' | 'feedback' | 'me';

/** The day of one member: what is asked of them, and what they were told. */
export class MemberDay {
  dialog = $state<MemberDialog | null>(null);
  readonly ballot: Ballot;
  /** Notes of the round of private writing that is on, or was not sent in time. */
  notes = $state.raw<Mine<readonly Note[]> | null>(null);
  #round = '';
  #seen = $state.raw<ReadonlySet<string>>(new Set());

  constructor(private readonly page: WorkshopPage) {
    this.ballot = new Ballot(page);
    this.#seen = new Set(this.#read());
  }

  /** Takes the workshop as it is now. */
  follow(workshop: Workshop): void {
    this.ballot.follow(workshop);
    const round = workshop.writing?.id ?? '';
    if (round === this.#round) return;
    this.#round = round;
    this.notes?.close();
    this.notes = round
      ? new Mine<readonly Note[]>(this.page, `writings/${round}/notes`, 'notes', [], mergeNotes)
      : null;
  }

  /** What was written but came too late to be revealed. */
  late(workshop: Workshop): readonly Note[] {
    if (!this.notes || openWriting(workshop) || this.notes.refused === '') return [];
    return this.notes.value.filter((n) => n.text.trim() !== '');
  }

  /** Announcements and answers that this device has not shown as read. */
  get news(): (Announcement | Help)[] {
    const { announcements, help } = this.page.concern;
    const answered = help.filter((h) => h.answer);
    return [...announcements, ...answered]
      .filter((n) => !this.#seen.has(newsKey(n)))
      .sort((a, b) => newsAt(b).localeCompare(newsAt(a)));
  }

  read(...news: (Announcement | Help)[]): void {
    this.#seen = new Set([...this.#seen, ...news.map(newsKey)]);
    try {
      localStorage.setItem(this.#key, JSON.stringify([...this.#seen].slice(-200)));
    } catch {
      // Then they are new again after a reload.
    }
  }

  close(): void {
    this.ballot.close();
    this.notes?.close();
  }

  get #key(): string {
    return `pathboard.read.${this.page.workshopId}`;
  }

  #read(): string[] {
    try {
      const found: unknown = JSON.parse(localStorage.getItem(this.#key) ?? '[]');
      return Array.isArray(found) ? found.map(String) : [];
    } catch {
      return [];
    }
  }
}

export const isAnswer = (n: Announcement | Help): n is Help => 'by' in n;
const newsAt = (n: Announcement | Help): string => (isAnswer(n) ? (n.answeredAt ?? n.at) : n.at);
const newsKey = (n: Announcement | Help): string => `${n.id}/${newsAt(n)}`;
