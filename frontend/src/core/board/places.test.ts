import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { longKey } from '../order';
import { BoardCommands } from './commands';
import { BoardStore } from './store';

const stages = ['a', 'b'];

/** Somebody's board, which exchanges what it knows with others' when told to. */
class Person {
  readonly doc = new Y.Doc();
  readonly store = new BoardStore(this.doc, stages);
  readonly commands: BoardCommands;
  #n = 0;

  constructor(readonly name: string) {
    this.commands = new BoardCommands(
      this.store,
      name,
      () => 0,
      () => `${name}${this.#n++}`,
    );
  }

  learn(other: Person): void {
    Y.applyUpdate(this.doc, Y.encodeStateAsUpdate(other.doc, Y.encodeStateVector(this.doc)));
  }

  get lists(): string[][] {
    return stages.map((stage) => [...this.store.list(stage)]);
  }

  get longest(): number {
    return Math.max(0, ...[...this.store.cards()].map((card) => card.order.length));
  }
}

/** Who does what where, and who then hears of whom. */
const step = fc.record({
  who: fc.nat(2),
  what: fc.constantFrom('add', 'add', 'move', 'move', 'many', 'hear'),
  stage: fc.constantFrom(...stages),
  card: fc.nat(50),
  place: fc.nat(50),
});

describe('the order of cards', () => {
  it('is where it was asked for, and the same for all once they have heard of each other', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const people = ['x', 'y', 'z'].map((name) => new Person(name));
        for (const { who, what, stage, card, place } of steps) {
          const me = people[who] as Person;
          const list = me.store.list(stage);
          const before = list[place % (list.length + 1)] ?? null;
          const all = [...me.store.cards()].map((c) => c.id).sort();
          const id = all[card % Math.max(1, all.length)];
          if (what === 'hear') me.learn(people[(who + 1 + (card % 2)) % 3] as Person);
          else if (what === 'add' || id === undefined) {
            const made = me.commands.addCard(stage, 'note', '', before);
            const now = me.store.list(stage);
            const behind = before === null ? now.length - 1 : now.indexOf(before) + 1;
            expect(now[behind]).toBe(made);
          } else if (what === 'many') {
            const ids = all.slice(0, 3).filter((other) => other !== before);
            me.commands.moveCards(ids, stage, before);
          } else if (id !== before) {
            me.commands.moveCard(id, stage, before);
            const now = me.store.list(stage);
            expect(now[now.indexOf(id) + 1] ?? null).toBe(before);
          }
        }
        for (const me of [...people, ...people]) people.forEach((other) => me.learn(other));
        const [x, ...others] = people.map((p) => p.lists);
        for (const lists of others) expect(lists).toEqual(x);
        for (const p of people) expect(p.longest).toBeLessThanOrEqual(longKey);
      }),
      { numRuns: 150 },
    );
  });

  it('takes any number of cards into one gap, and keys stay short', () => {
    const me = new Person('x');
    const [first, last] = me.commands.addCards('a', [
      { kind: 'note', text: 'first' },
      { kind: 'note', text: 'last' },
    ]);
    const between: string[] = [];
    for (let i = 0; i < 600; i++) {
      // Always in front of the one before: the gap has one end that never moves.
      const made = me.commands.addCard('a', 'note', '', first);
      between.unshift(made);
      expect(me.longest).toBeLessThanOrEqual(longKey);
    }
    expect(me.store.list('a')).toEqual([first, ...between, last]);
  });

  it('takes what two people put into one gap without hearing of each other', () => {
    const [x, y] = [new Person('x'), new Person('y')];
    const [first] = x.commands.addCards('a', [
      { kind: 'note', text: 'first' },
      { kind: 'note', text: 'last' },
    ]);
    for (let round = 0; round < 40; round++) {
      y.learn(x);
      for (const me of [x, y])
        for (let i = 0; i < 5; i++) me.commands.addCard('a', 'note', '', first ?? null);
      x.learn(y);
      y.learn(x);
      expect(x.lists).toEqual(y.lists);
    }
    const orders = [...x.store.cards()].map((card) => card.order);
    expect(new Set(orders).size).toBe(orders.length);
    expect(Math.max(x.longest, y.longest)).toBeLessThanOrEqual(longKey);
  });
});
