import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { BoardCommands } from './board/commands';
import { CardDetails } from './board/details';
import { BoardStore } from './board/store';
import type { LibraryEntry, Stage } from './model';
import { pathwaySlides, theorySlides, withinSlides } from './slides';

const stages = ['problem', 'data', 'solution'].map((id) => ({ id }) as Stage);

function board() {
  const store = new BoardStore(
    new Y.Doc(),
    stages.map((s) => s.id),
  );
  let n = 0;
  const commands = new BoardCommands(
    store,
    'me',
    () => ++n,
    () => `c${++n}`,
  );
  return { store, commands, details: new CardDetails(store.doc, 'me') };
}

describe('a pathway as slides', () => {
  it('is a cover and an end on an empty board', () => {
    expect(pathwaySlides(stages, board().store).map((s) => s.kind)).toEqual(['cover', 'end']);
  });

  it('tells a picture without words, and gives it room', () => {
    const { store, commands, details } = board();
    for (let i = 0; i < 6; i++) {
      const id = commands.addCard('data', 'data', '');
      details.setImage(id, { id: `${i}`.repeat(64), width: 160, height: 90, alt: 'Mapa' });
    }
    const slides = pathwaySlides(stages, store);
    const shown = slides.map((s) => (s.kind === 'stage' ? s.cards.length : 0));
    expect(shown).toEqual([0, 2, 2, 2, 0]);
  });

  it('tells each stage where something stands, with where cards lead', () => {
    const { store, commands } = board();
    const trouble = commands.addCard('data', 'difficulty', 'Różne granice');
    const way = commands.addCard('solution', 'solution', 'Słownik i TERYT');
    commands.addLink(trouble, way, 'solves');
    commands.addCard('solution', 'note', '   ');
    const [, data, solution] = pathwaySlides(stages, store);
    expect(data).toMatchObject({ kind: 'stage', number: 2, part: 1, parts: 1 });
    expect(data?.kind === 'stage' && data.cards[0]?.links).toEqual([
      { kind: 'solves', label: '', text: 'Słownik i TERYT' },
    ]);
    expect(solution?.kind === 'stage' && solution.cards.length).toBe(1);
  });

  it('cuts a full stage into slides that hold every card once, in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 400 }), { maxLength: 40 }),
        (all) => {
          const { store, commands } = board();
          const texts = all.filter((t) => t.trim() !== '');
          for (const text of texts) commands.addCard('data', 'data', text);
          const told = pathwaySlides(stages, store).flatMap((s) =>
            s.kind === 'stage' ? s.cards.map((c) => c.card.text) : [],
          );
          expect(told).toEqual(store.list('data').map((id) => store.card(id)?.text));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('ends with the next steps, the earliest first', () => {
    const { store, commands, details } = board();
    commands.addCard('solution', 'action', 'bez terminu');
    const soon = commands.addCard('solution', 'action', 'za miesiąc');
    details.set(soon, 'due', '2027-01-01');
    const end = pathwaySlides(stages, store).at(-1);
    expect(end?.kind === 'end' && end.actions.map((a) => a.text)).toEqual([
      'za miesiąc',
      'bez terminu',
    ]);
  });

  it('says how many next steps there are besides those that it shows', () => {
    const { store, commands } = board();
    for (let i = 0; i < 40; i++) commands.addCard('solution', 'action', `krok ${i}`);
    const end = pathwaySlides(stages, store).at(-1);
    expect(end?.kind === 'end' && end.actions.length + end.more).toBe(40);
  });
});

describe('the theory as slides', () => {
  const entry = (id: string, kind: string, serves: string[]) =>
    ({ id, kind, stages: serves }) as unknown as LibraryEntry;
  const library = [
    ...['a', 'b', 'c', 'd'].map((id) => entry(id, 'principle', ['data'])),
    entry('gis', 'tool', ['data']),
    entry('łódź', 'example', ['problem']),
  ];

  it('goes from the whole pathway over its stages to principles and examples', () => {
    expect(theorySlides(stages, library, '').map((s) => s.kind)).toEqual([
      ...['pathway', 'stage', 'stage', 'stage', 'principles', 'principles', 'example'],
    ]);
  });

  it('tells of one stage what serves it', () => {
    expect(theorySlides(stages, library, 'problem').map((s) => s.kind)).toEqual([
      'stage',
      'example',
    ]);
  });
});

it('a slide beyond the last is the last', () => {
  expect([withinSlides(-1, 3), withinSlides(2, 3), withinSlides(9, 3)]).toEqual([0, 2, 2]);
  expect(withinSlides(4, 0)).toBe(0);
});
