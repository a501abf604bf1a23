import type { BoardActions } from './actions.svelte';
import type { Linking } from './linking.svelte';
import type { Selection } from './selection.svelte';

const inText = 'input, textarea, select, dialog, [role="dialog"]';

/** What the keys do. Single letters count on a card or in a stage only, never in a text. */
export class Keys {
  constructor(
    private readonly actions: BoardActions,
    private readonly linking: Linking,
    private readonly selection: Selection,
  ) {}

  /** Keys on a card. */
  card(event: KeyboardEvent, id: string): void {
    if (event.target !== event.currentTarget || event.altKey) return;
    const strong = event.ctrlKey || event.metaKey;
    if (this.#torn(event)) return;
    const done = strong ? this.#strong(event, id) : this.#plain(event, id);
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** What is typed on at a text that was taken away is nobody's command. */
  #torn(event: KeyboardEvent): boolean {
    const torn = !event.ctrlKey && !event.metaKey && this.actions.torn.takes(event.key);
    if (torn) event.preventDefault();
    return torn;
  }

  #strong(event: KeyboardEvent, id: string): boolean {
    if (event.key.startsWith('Arrow')) {
      if (this.actions.readOnly) this.actions.step(id, event.key);
      else this.actions.carry(id, event.key);
      return true;
    }
    return false;
  }

  #plain(event: KeyboardEvent, id: string): boolean {
    const { actions } = this;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (isWay(key)) {
      if (event.shiftKey && !actions.readOnly) this.selection.extend(id);
      actions.step(id, key);
      if (event.shiftKey && !actions.readOnly && actions.current)
        this.selection.extend(actions.current);
      return true;
    }
    if (event.shiftKey) return false;
    if (key === 'o' || key === 'c') {
      actions.open(id, key === 'c' ? 'comments' : 'top');
      return true;
    }
    if (this.linking.from !== null && key === 'Enter') {
      this.linking.choose(id);
      return true;
    }
    return !actions.readOnly && this.#edit(key, id);
  }

  #edit(key: string, id: string): boolean {
    const { actions } = this;
    switch (key) {
      case 'Enter':
      case 'F2':
        actions.edit(id);
        return true;
      case 'Delete':
      case 'Backspace':
        if (this.selection.has(id)) this.selection.remove();
        else actions.remove(id);
        return true;
      case 'm':
        actions.open(id, 'move');
        return true;
      case 'd':
        actions.duplicate(id);
        return true;
      case 'l':
        this.linking.begin(id);
        return true;
      case 'x':
      case ' ':
        this.selection.toggle(id);
        return true;
      default:
        return false;
    }
  }

  /** Keys anywhere in the stages, not in a text. */
  stage(event: KeyboardEvent): void {
    const { actions } = this;
    const target = event.target as HTMLElement;
    if (target.closest(inText) || event.altKey || event.ctrlKey || event.metaKey) return;
    const key = event.key.toLowerCase();
    const shift = event.shiftKey;
    if (this.#torn(event)) return;
    if (key === '?') actions.view.help = true;
    else if (
      key.length === 1 &&
      (shift ? 'bchklnpsw' : 'abefghijkpqrstuwy123456789').includes(key)
    ) {
      void import('./panels/morekeys').then(
        ({ moreKey }) => moreKey(shift ? key.toUpperCase() : key, target, actions, this.selection),
        () => undefined, // no network yet: the same is reached by buttons and the palette
      );
    } else if (isWay(event.key) && target.matches('h2')) {
      actions.step(target.closest<HTMLElement>('[data-stage]')?.dataset['stage'] ?? '', event.key);
    } else if (key === '/') actions.view.openFilter();
    else if (shift) return;
    else if (key === 'z') {
      actions.view.mode = actions.view.mode === 'focus' ? 'board' : 'focus';
    } else if (key === 'v') actions.view.mode = actions.view.mode === 'fit' ? 'board' : 'fit';
    else if (key === 'n' && !actions.readOnly) {
      const stage = target.closest<HTMLElement>('[data-stage]')?.dataset['stage'] ?? actions.stage;
      const card = target.closest<HTMLElement>('[data-card]')?.dataset['card'] ?? null;
      void actions.add(stage, actions.suggested(stage), card);
    } else return;
    event.preventDefault();
  }

  /** Keys before all others: what is typed while the palette or the filter is still coming is for it. */
  ahead(event: KeyboardEvent): void {
    const { view } = this.actions;
    const { key } = event;
    if (view.ahead === null || event.ctrlKey || event.metaKey || key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (key === 'Escape') view.giveUp();
    else if (key === 'Backspace') view.ahead = view.ahead.slice(0, -1);
    else if (key === 'Enter') view.ahead += '\n';
    else if (key.length === 1) view.ahead += key;
  }

  /** Keys anywhere on the page: the palette, undo and the way out. */
  page(event: KeyboardEvent): void {
    const { actions } = this;
    const target = event.target as HTMLElement;
    const key = event.key.toLowerCase();
    const strong = (event.ctrlKey || event.metaKey) && !event.altKey;
    if (strong && key === 'k' && !event.shiftKey) {
      event.preventDefault();
      actions.view.palette = !actions.view.palette;
      actions.view.ahead = actions.view.palette ? '' : null;
      return;
    }
    if (target.closest(inText)) return;
    if (key === 'escape') this.#escape();
    if (!strong || actions.readOnly || (key !== 'z' && key !== 'y')) return;
    event.preventDefault();
    if (key === 'y' || event.shiftKey) actions.redo();
    else actions.undo();
  }

  /** Leaves the last thing that was begun. */
  #escape(): void {
    const { view } = this.actions;
    if (this.linking.from !== null) this.linking.cancel();
    else if (this.selection.size > 0) this.selection.clear();
    else if (view.panel) view.panel = null;
    else if (view.following) view.following = null;
    else if (view.mode === 'focus') view.mode = 'board';
  }
}

const isWay = (key: string): boolean => key.startsWith('Arrow') || key === 'Home' || key === 'End';
