import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { BoardCommands } from './commands';
import { CardDetails } from './details';
import { fateOf, filmAt, parseFilm, problemPlace, watch, type Film } from './film';
import { BoardStore } from './store';

const stages = ['problem', 'data', 'solution'];

/** A board whose changes are filmed; `by` and `at` say who makes them and when. */
function filmed(doc = new Y.Doc()) {
  const store = new BoardStore(doc, stages);
  let n = 0;
  const commands = new BoardCommands(store, 'anna', Date.now, () => `c${++n}`);
  const changes: { at: number; by: string; update: Uint8Array }[] = [];
  const take = { by: 'anna', at: 0 };
  doc.on('update', (update: Uint8Array) => changes.push({ ...take, update }));
  const film: Film = { base: null, changes };
  return { doc, store, commands, details: new CardDetails(doc, 'anna'), film, take };
}

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

describe('a film', () => {
  it('tells who did what when, a stretch at a time', async () => {
    const { commands, details, film, take, doc } = filmed();
    const a = commands.addCard('data', 'data', 'ruch');
    take.at = 15_000;
    commands.cardText(a)?.insert(4, ' pieszy');
    Object.assign(take, { by: 'jan', at: 16_000 });
    commands.moveCard(a, 'solution', null);
    const b = commands.addCard('data', 'note', 'inna');
    commands.addLink(a, b);
    take.at = 100_000;
    details.archive([b]);
    commands.problemText().insert(0, 'Hałas');
    commands.summaryText('problem').insert(0, 'Cisza');
    Object.assign(take, { by: 'ola', at: 101_000 });
    commands.deleteCard(a);
    const { first, moments } = await watch(film);
    expect(first.cards.size).toBe(0);
    expect(
      moments.map((m) => [m.by, m.from, m.until, m.cards.map((c) => `${c.id} ${fateOf(c)}`)]),
    ).toEqual([
      ['anna', 0, 15_000, ['c1 added']],
      ['jan', 16_000, 16_000, ['c1 moved', 'c2 added']],
      ['jan', 100_000, 100_000, ['c2 aside']],
      ['ola', 101_000, 101_000, ['c1 removed']],
    ]);
    expect(moments[0]?.cards[0]?.after?.text).toBe('ruch pieszy');
    expect(moments[1]?.links).toHaveLength(1);
    expect(moments[2]?.texts.map((t) => [t.id, t.after])).toEqual([
      [problemPlace, 'Hałas'],
      ['problem', 'Cisza'],
    ]);
    expect(moments[3]?.links[0]?.after).toBeNull();
    expect(moments.at(-1)?.end).toBe(film.changes.length);
    expect(filmAt(film, film.changes.length).getMap('cards').toJSON()).toEqual(
      doc.getMap('cards').toJSON(),
    );
  });

  it('leaves out what nobody could see', async () => {
    const { commands, film, take } = filmed();
    const a = commands.addCard('data', 'data', 'a');
    take.by = 'jan';
    const text = commands.cardText(a);
    text?.insert(1, 'x');
    text?.delete(1, 1);
    take.by = 'ola';
    commands.setColor(a, 'leaf');
    const { moments } = await watch(film);
    expect(moments.map((m) => [m.by, m.end])).toEqual([
      ['anna', 3],
      ['ola', 4],
    ]);
  });

  it('goes on from a base, and comes as JSON', async () => {
    const before = filmed();
    before.commands.addCard('data', 'data', 'przedtem');
    const after = filmed(before.doc);
    after.commands.addCard('data', 'data', 'potem');
    const base = Y.encodeStateAsUpdate(filmAt(before.film, 1));
    const film = parseFilm(
      JSON.stringify({
        base: base64(base),
        changes: after.film.changes.map((c) => ({ ...c, update: base64(c.update) })),
      }),
    );
    const { first, moments } = await watch(film);
    expect([...first.cards.values()].map((c) => c.text)).toEqual(['przedtem']);
    expect(moments).toHaveLength(1);
    expect(parseFilm('{"base":null,"changes":[]}')).toEqual({
      base: null,
      changes: [],
      phases: [],
    });
  });

  it('shows at every moment, forwards and backwards, what was there', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(6), fc.nat(5)), { maxLength: 30 }),
        async (acts) => {
          const { commands, details, store, film, take } = filmed();
          acts.forEach(([act, n], i) => {
            Object.assign(take, { by: `p${n % 3}`, at: i * 11_000 });
            const id = [...store.cards()][n]?.id ?? '';
            if (act < 2 || !id) commands.addCard(stages[n % 3] ?? '', 'note', `karta ${i}`);
            else if (act === 2) commands.cardText(id)?.insert(0, `${i} `);
            else if (act === 3) commands.moveCard(id, stages[n % 3] ?? '', null);
            else if (act === 4) details.archive([id]);
            else if (act === 5) commands.addLink(id, [...store.cards()][0]?.id ?? '');
            else commands.deleteCard(id);
          });
          const { first, moments } = await watch(film);
          const board = first.copy();
          const seen = (): string[][] =>
            stages.map((s) => board.list((c) => c.stage, s).map((c) => c.text));
          const shown = moments.map((m) => {
            board.play(m);
            const then = new BoardStore(filmAt(film, m.end), stages);
            expect(seen()).toEqual(
              stages.map((s) => then.list(s).map((id) => then.card(id)?.text ?? '')),
            );
            expect([...board.links.keys()].sort()).toEqual(
              then
                .links()
                .map((l) => l.id)
                .sort(),
            );
            return seen();
          });
          for (let i = moments.length - 1; i > 0; i--) {
            const m = moments[i];
            if (m) board.play(m, true);
            expect(seen()).toEqual(shown[i - 1]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
