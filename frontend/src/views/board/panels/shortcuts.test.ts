import { beforeEach, describe, expect, it } from 'vitest';
import type { BoardActions } from '../actions.svelte';
import { Keys } from '../keys';
import type { Linking } from '../linking.svelte';
import type { Selection } from '../selection.svelte';
import { boardCommands } from './commands';
import { keysOf, shortcutParts, shortcuts } from './shortcuts';

/*
 * The help sheet says what the keys do: each key in it does something on a real
 * card in a real page, no other key does, and every command has its row.
 */
window.print = () => undefined;

/** Answers to everything, and remembers what was asked of it. */
function anything(known: Record<string, unknown> = {}): Record<string, unknown> {
  return new Proxy(known, {
    get: (target, name) => (name in target ? target[name as string] : () => undefined),
    set: (target, name, value) => {
      target[name as string] = value;
      return true;
    },
  });
}

const letters = 'abcdefghijklmnopqrstuvwxyz';
const signs = '0123456789/?.,;:\'"[]{}()<>=+-_*&^%$#@!`~|\\ '.split('');
const named =
  'ArrowUp ArrowDown ArrowLeft ArrowRight Home End Enter F2 Delete Backspace Insert PageUp PageDown F5'.split(
    ' ',
  );
const plain = [...letters, ...signs, ...named];
/** Every key that is worth trying, as the sheet writes it. */
const tried = [
  ...plain,
  ...[...letters.toUpperCase(), ...named].map((k) => `Shift+${k}`),
  ...[...letters, ...named].map((k) => `Control+${k}`),
  ...[...letters.toUpperCase()].map((k) => `Control+Shift+${k}`),
];

let view: Record<string, unknown>;
let readOnly = false;
function board(): HTMLElement {
  view = anything({ mode: 'board', panel: null, following: null });
  const actions = anything({
    view,
    readOnly,
    current: 'c',
    torn: { takes: () => false },
    stage: 's',
    suggested: () => 'note',
    board: { people: [], cards: new Map(), linksOf: () => [] },
    home: () => ({ past: true }),
  });
  const keys = new Keys(
    actions as unknown as BoardActions,
    anything({ from: null }) as unknown as Linking,
    anything({ size: 0, has: () => false }) as unknown as Selection,
  );
  document.body.innerHTML =
    '<div class="columns"><section data-stage="s"><article tabindex="0" data-card="c"></article></section></div>';
  const card = document.querySelector('article');
  if (!card) throw new Error('no card');
  card.addEventListener('keydown', (e) => keys.card(e, 'c'));
  document.querySelector('.columns')?.addEventListener('keydown', (e) => {
    keys.stage(e as KeyboardEvent);
  });
  const window_ = (e: KeyboardEvent): void => keys.page(e);
  window.addEventListener('keydown', window_);
  stop = () => window.removeEventListener('keydown', window_);
  return card;
}
let stop = (): void => undefined;

/** Whether a key does something on a card. */
function does(card: HTMLElement, pressed: string): boolean {
  const held = pressed.split('+');
  const key = pressed.endsWith('+') ? '+' : (held.at(-1) ?? '');
  const event = new KeyboardEvent('keydown', {
    key,
    bubbles: true,
    cancelable: true,
    shiftKey: held.includes('Shift') && held.length > 1,
    ctrlKey: held.includes('Control') && held.length > 1,
  });
  card.dispatchEvent(event);
  return event.defaultPrevented;
}

describe('the help sheet', () => {
  beforeEach(() => {
    stop();
    readOnly = false;
  });

  it('has every key that does something, and none that does not', () => {
    const card = board();
    const handled = tried.filter((key) => does(card, key));
    const said = shortcuts.flatMap((s) => s.pressed);
    expect([...handled].sort()).toEqual([...said].sort());
  });

  it('gives no key two meanings, and names each action once', () => {
    const said = shortcuts.flatMap((s) => s.pressed);
    expect(new Set(said).size).toBe(said.length);
    for (const of of ['id', 'keys', 'says'] as const) {
      const values = shortcuts.map((s) => s[of]);
      expect(values.filter((v, i) => values.indexOf(v) !== i)).toEqual([]);
    }
    expect(shortcutParts.flatMap((p) => p.shortcuts)).toHaveLength(shortcuts.length);
  });

  it('has a row for every command of the palette, for readers and for writers', () => {
    for (const reading of [false, true]) {
      for (const past of [false, true]) {
        const actions = anything({ view: anything(), readOnly: reading, home: () => ({ past }) });
        const commands = boardCommands(actions as unknown as BoardActions);
        for (const { id } of commands) expect(keysOf(id), id).not.toBe('');
        expect(commands.some((c) => c.id === 'history')).toBe(past);
        expect(commands.some((c) => c.id === 'undo')).toBe(!reading);
      }
    }
  });

  it('keeps out of texts: no single key does anything in a field', () => {
    const card = board();
    const field = document.createElement('textarea');
    card.append(field);
    for (const key of plain) expect(does(field, key), key).toBe(false);
  });

  it('lets a reader go about and change nothing', () => {
    readOnly = true;
    const card = board();
    const changing = ['n', 'Enter', 'F2', 'Delete', 'Backspace', 'd', 'l', 'm', 'x', 'Control+z'];
    for (const key of changing) expect(does(card, key), key).toBe(false);
    for (const key of ['ArrowDown', 'o', '/', 'f', '?']) expect(does(card, key), key).toBe(true);
  });
});
