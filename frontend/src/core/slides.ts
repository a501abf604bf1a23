import type { BoardStore } from './board/store';
import { asLinkKind, type Card, type LibraryEntry, type LinkKind, type Stage } from './model';

/** A card as a slide tells it, with where it leads. */
export interface ToldCard {
  readonly card: Card;
  readonly links: readonly { kind: LinkKind; label: string; text: string }[];
}

/** One full screen of a group's pathway. */
export type PathwaySlide =
  | { kind: 'cover' }
  | {
      kind: 'stage';
      stage: Stage;
      number: number;
      summary: string;
      done: boolean;
      cards: readonly ToldCard[];
      /** A stage with many cards takes several slides. */
      part: number;
      parts: number;
    }
  /** The next steps, the soonest first, and how many there are besides. */
  | { kind: 'end'; actions: readonly Card[]; more: number };

/** What fits on one slide, in lines of both its columns together. */
const slideLines = 19;
const lineLetters = 36;
const pictureLines = 6;
const mostLinks = 2;
const endActions = 5;

const lines = (text: string): number =>
  text.split('\n').reduce((n, line) => n + Math.max(1, Math.ceil(line.length / lineLetters)), 0);

function told(store: BoardStore): (id: string) => ToldCard | null {
  const links = store.links();
  return (id) => {
    const card = store.card(id);
    if (!card || (card.text.trim() === '' && !card.image)) return null;
    const out = links.flatMap((link) => {
      const to = link.from === id ? store.card(link.to) : undefined;
      if (!to || to.archived || to.text.trim() === '') return [];
      return [{ kind: asLinkKind(link.kind), label: link.label, text: to.text }];
    });
    return { card, links: out.slice(0, mostLinks) };
  };
}

/** Cuts cards into slides, the first of which also holds the summary. */
function cut(cards: readonly ToldCard[], summary: string): ToldCard[][] {
  const slides: ToldCard[][] = [[]];
  let used = summary ? 2 * Math.ceil(summary.length / (2 * lineLetters)) : 0;
  for (const one of cards) {
    const needs =
      1.6 + lines(one.card.text) + one.links.length + (one.card.image ? pictureLines : 0);
    if (used + needs > slideLines && used > 0) {
      slides.push([]);
      used = 0;
    }
    slides.at(-1)?.push(one);
    used += needs;
  }
  return slides;
}

/**
 * A group's pathway told stage by stage: its problem, what stands in each stage
 * with where it leads, and the next steps. Stages where nothing stands are left
 * out; cards put aside too.
 */
export function pathwaySlides(stages: readonly Stage[], store: BoardStore): PathwaySlide[] {
  const tell = told(store);
  const slides: PathwaySlide[] = [{ kind: 'cover' }];
  stages.forEach((stage, at) => {
    const { summary, done } = store.stage(stage.id);
    const cards = store
      .list(stage.id)
      .map(tell)
      .filter((c) => c !== null);
    if (cards.length === 0 && !summary.trim()) return;
    const parts = cut(cards, summary);
    parts.forEach((some, part) =>
      slides.push({
        kind: 'stage',
        stage,
        number: at + 1,
        summary: part === 0 ? summary.trim() : '',
        done,
        cards: some,
        part: part + 1,
        parts: parts.length,
      }),
    );
  });
  const actions = [...store.cards()]
    .filter((c) => c.kind === 'action' && !c.archived && c.text.trim() !== '')
    .sort((a, b) => (a.due || '9999').localeCompare(b.due || '9999') || a.createdAt - b.createdAt);
  const soonest = actions.slice(0, endActions);
  slides.push({ kind: 'end', actions: soonest, more: actions.length - soonest.length });
  return slides;
}

/** One full screen of the theory: made of the pathway and of the library. */
export type TheorySlide =
  | { kind: 'pathway'; stages: readonly Stage[] }
  | { kind: 'stage'; stage: Stage; number: number }
  | { kind: 'principles'; entries: readonly LibraryEntry[]; part: number; parts: number }
  | { kind: 'example'; entry: LibraryEntry };

const principlesOnSlide = 3;

/** The slides of the theory, of all of it or for one stage. */
export function theorySlides(
  stages: readonly Stage[],
  library: readonly LibraryEntry[],
  stageId: string,
): TheorySlide[] {
  const one = stages.find((s) => s.id === stageId);
  const serves = (e: LibraryEntry): boolean => !one || e.stages.includes(one.id);
  const slides: TheorySlide[] = one ? [] : [{ kind: 'pathway', stages }];
  stages.forEach((stage, at) => {
    if (!one || one === stage) slides.push({ kind: 'stage', stage, number: at + 1 });
  });
  const principles = library.filter((e) => e.kind === 'principle' && serves(e));
  const parts = Math.ceil(principles.length / principlesOnSlide);
  for (let part = 0; part < parts; part++) {
    const from = part * principlesOnSlide;
    const entries = principles.slice(from, from + principlesOnSlide);
    slides.push({ kind: 'principles', entries, part: part + 1, parts });
  }
  for (const entry of library)
    if (entry.kind === 'example' && serves(entry)) slides.push({ kind: 'example', entry });
  return slides;
}

/** The number of a slide among so many, whatever somebody asked for. */
export const withinSlides = (slide: number, count: number): number =>
  Math.max(0, Math.min(slide, count - 1));
