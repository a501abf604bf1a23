import type { BoardActions } from './actions.svelte';

const inText = 'input, textarea, select, dialog, [role="dialog"]';

/** What comes onto the board from outside; what makes cards of it comes when needed. */
export class Incoming {
  constructor(private readonly actions: BoardActions) {}

  /** Lines or rows that are pasted become cards; in a text field they stay text. */
  paste(event: ClipboardEvent): void {
    const target = event.target as HTMLElement;
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (this.actions.readOnly || target.closest(inText) || text.trim() === '') return;
    event.preventDefault();
    const behind = target.closest<HTMLElement>('[data-card]')?.dataset['card'] ?? null;
    void import('./panels/paste').then(({ pasteAsCards }) =>
      pasteAsCards(text, behind, this.actions),
    );
  }
}
