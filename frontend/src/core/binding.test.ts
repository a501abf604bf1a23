import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { bindText, type TextControl } from './binding';
import { Held } from './held';

/** A text field without a page. */
class Field implements TextControl {
  value = '';
  selectionStart = 0;
  selectionEnd = 0;
  readonly #listeners = new Map<string, Set<(event: Event) => void>>();

  setSelectionRange(start: number, end: number): void {
    this.selectionStart = start;
    this.selectionEnd = end;
  }
  addEventListener(type: string, listener: (event: Event) => void): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }
  removeEventListener(type: string, listener: (event: Event) => void): void {
    this.#listeners.get(type)?.delete(listener);
  }
  fire(type: string): void {
    this.#listeners.get(type)?.forEach((l) => l(new Event(type)));
  }
  /** Replaces a range by what is typed. */
  type(at: number, remove: number, insert: string): void {
    this.value = this.value.slice(0, at) + insert + this.value.slice(at + remove);
    this.setSelectionRange(at + insert.length, at + insert.length);
    this.fire('input');
  }
}

interface Replica {
  doc: Y.Doc;
  text: Y.Text;
  field: Field;
}

function replica(client: number): Replica {
  const doc = new Y.Doc();
  doc.clientID = client;
  const text = doc.getText('t');
  const field = new Field();
  bindText(text, field, 'here');
  return { doc, text, field };
}

const sync = (from: Replica, to: Replica): void =>
  Y.applyUpdate(to.doc, Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(to.doc)), 'remote');

describe('bindText', () => {
  it('keeps the caret at its letter when others type before and behind it', () => {
    const [a, b] = [replica(1), replica(2)];
    a.field.type(0, 0, 'drzewa i cień');
    sync(a, b);
    a.field.setSelectionRange(6, 6);
    b.field.type(0, 0, 'Stare ');
    b.field.type(b.field.value.length, 0, '!');
    sync(b, a);
    expect(a.field.value).toBe('Stare drzewa i cień!');
    expect(a.field.selectionStart).toBe(12);
  });

  it('does not touch the field while composing, and sends what is composed at once', () => {
    const [a, b] = [replica(1), replica(2)];
    a.field.type(0, 0, 'dane ');
    sync(a, b);
    a.field.fire('compositionstart');
    a.field.type(5, 0, 'ż');
    b.field.type(0, 0, 'Nowe ');
    sync(b, a);
    expect(a.field.value).toBe('dane ż');
    a.field.type(5, 1, 'żó');
    expect(a.text.toString()).toBe('Nowe dane żó');
    a.field.fire('compositionend');
    expect(a.field.value).toBe('Nowe dane żó');
    expect(a.field.selectionStart).toBe('Nowe dane żó'.length);
  });

  it('puts the caret where undo has changed something', () => {
    const { doc, text, field } = replica(1);
    const undo = new Y.UndoManager(text, { trackedOrigins: new Set(['here']), captureTimeout: 0 });
    field.type(0, 0, 'abc');
    field.type(1, 1, 'XX');
    undo.undo();
    expect(field.value).toBe('abc');
    expect(field.selectionStart).toBe(2);
    doc.destroy();
  });

  it('ends with field and text equal and every letter kept, whoever types and composes when', () => {
    const step = fc.record({
      who: fc.boolean(),
      what: fc.constantFrom('type', 'type', 'sync', 'compose', 'done'),
      at: fc.nat(30),
      word: fc.constantFrom('a', 'ż', '😀', 'kot'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const both = [replica(1), replica(2)] as const;
        let letters = 0;
        for (const { who, what, at, word } of steps) {
          const [mine, other] = who ? both : ([both[1], both[0]] as const);
          if (what === 'type') {
            let place = at % (mine.field.value.length + 1);
            if (
              mine.field.value.charCodeAt(place) >= 0xdc00 &&
              mine.field.value.charCodeAt(place) < 0xe000
            )
              place--;
            mine.field.type(place, 0, word);
            letters += word.length;
          } else if (what === 'sync') sync(other, mine);
          else mine.field.fire(what === 'compose' ? 'compositionstart' : 'compositionend');
        }
        for (const r of both) r.field.fire('compositionend');
        sync(both[0], both[1]);
        sync(both[1], both[0]);
        for (const r of both) expect(r.field.value).toBe(r.text.toString());
        expect(both[0].field.value).toBe(both[1].field.value);
        expect(both[0].field.value.length).toBe(letters);
      }),
      { numRuns: 300 },
    );
  });
});

describe('Held', () => {
  it('deletes what the person deleted and spares what others put between', () => {
    const held = new Held(6); // "abcdef"
    held.remote([{ retain: 3 }, { insert: 'XY' }]); // "abcXYdef"
    const text = [...'abcXYdef'];
    for (const c of held.local({ at: 1, remove: 4, insert: '' }))
      text.splice(c.at, c.remove, ...c.insert);
    expect(text.join('')).toBe('aXYf');
  });
});
