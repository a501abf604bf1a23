import type { MessageKey } from '../../../i18n/index.svelte';

/** What can be done on a board and how, for the help sheet and for the list of commands. */
export interface Shortcut {
  readonly id: string;
  /** As it is printed on keys. */
  readonly keys: string;
  readonly says: MessageKey;
  /**
   * What is pressed, by the names of `KeyboardEvent.key`, on a card or in a
   * stage; none where the browser or a text field takes it.
   */
  readonly pressed: readonly string[];
}

export interface ShortcutPart {
  readonly title: MessageKey;
  readonly shortcuts: readonly Shortcut[];
}

const part = (title: MessageKey, ...shortcuts: Shortcut[]): ShortcutPart => ({ title, shortcuts });
const key = (id: string, keys: string, says: MessageKey, ...pressed: string[]): Shortcut => ({
  id,
  keys,
  says,
  pressed,
});

/** Single letters work on a card or in a stage only, never in a text. */
export const shortcutParts: readonly ShortcutPart[] = [
  part(
    'keys.part.go',
    key('palette', 'Ctrl + K', 'keys.palette', 'Control+k'),
    key('press', 'Ctrl + K, …', 'keys.press'),
    key('filter', '/', 'keys.filter', '/'),
    key('step', '↑ ↓ ← →', 'keys.move', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'),
    key('ends', 'Home · End', 'keys.ends', 'Home', 'End'),
    key('stage', '1 … 9', 'keys.stage', '1', '2', '3', '4', '5', '6', '7', '8', '9'),
    key('follow', 'F', 'keys.follow', 'f'),
    key('leave', 'Esc', 'keys.leave'),
  ),
  part(
    'keys.part.card',
    key('new', 'N', 'keys.new', 'n'),
    key('edit', 'Enter', 'keys.edit', 'Enter', 'F2'),
    key('next', 'Ctrl + Enter', 'keys.next'),
    key('open', 'O', 'keys.open', 'o'),
    key('menu', 'M', 'keys.menu', 'm'),
    key('talk', 'C', 'keys.comments', 'c'),
    key('link', 'L', 'keys.link', 'l'),
    key(
      'carry',
      'Ctrl + ↑ ↓ ← →',
      'keys.carry',
      ...['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'].map((k) => `Control+${k}`),
    ),
    key('duplicate', 'D', 'keys.duplicate', 'd'),
    key('choose', 'X', 'keys.choose', 'x', ' '),
    key(
      'extend',
      'Shift + ↑ ↓',
      'keys.extend',
      ...['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'].map(
        (k) => `Shift+${k}`,
      ),
    ),
    key('delete', 'Delete', 'keys.delete', 'Delete', 'Backspace'),
    key('image', 'I', 'keys.image', 'i'),
    key('paste', 'Ctrl + V', 'keys.paste'),
    key('vote', '+ · −', 'keys.vote'),
  ),
  part(
    'keys.part.about',
    key('kind', 'K', 'keys.kind', 'k'),
    key('color', 'B', 'keys.color', 'b'),
    key('owner', 'W', 'keys.owner', 'w'),
    key('due', 'U', 'keys.due', 'u'),
    key('state', 'Q', 'keys.state', 'q'),
    key('tags', 'E', 'keys.tags', 'e'),
    key('react', 'R', 'keys.react', 'r'),
    key('linkKind', 'Shift + K', 'keys.linkKind', 'Shift+K'),
    key('linkWords', 'Shift + W', 'keys.linkWords', 'Shift+W'),
    key('aside', 'H', 'keys.aside', 'h'),
    key('split', 'Y', 'keys.split', 'y'),
    key('merge', 'J', 'keys.merge', 'j'),
  ),
  part(
    'keys.part.stage',
    key('problem', 'P', 'keys.problem', 'p'),
    key('summary', 'S', 'keys.summary', 's'),
    key('done', 'G', 'keys.done', 'g'),
    key('focus', 'Z', 'keys.focus', 'z'),
    key('fit', 'V', 'keys.fit', 'v'),
    key('list', 'T', 'keys.list', 't'),
    key('print', 'Shift + P', 'keys.print', 'Shift+P'),
  ),
  part(
    'keys.part.panels',
    key('library', 'Shift + B', 'keys.library', 'Shift+B'),
    key('comments', 'Shift + C', 'keys.talk', 'Shift+C'),
    key('links', 'Shift + L', 'keys.links', 'Shift+L'),
    key('similar', 'Shift + S', 'keys.similar', 'Shift+S'),
    key('news', 'Shift + N', 'keys.news', 'Shift+N'),
    key('history', 'Shift + H', 'keys.history', 'Shift+H'),
    key('undo', 'Ctrl + Z', 'keys.undo', 'Control+z'),
    key('redo', 'Ctrl + Y', 'keys.redo', 'Control+y', 'Control+Shift+Y', 'Control+Shift+Z'),
    key('silence', 'A', 'keys.announce', 'a'),
    key('help', '?', 'keys.help', '?'),
  ),
];

/** Every one of them. */
export const shortcuts: readonly Shortcut[] = shortcutParts.flatMap((p) => p.shortcuts);

/** The keys of an action, as they are printed. */
export const keysOf = (id: string): string =>
  (shortcuts.find((s) => s.id === id)?.keys ?? '').replaceAll(' + ', '+');
