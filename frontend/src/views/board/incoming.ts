import type { BoardActions } from './actions.svelte';

const inText = 'input, textarea, select, dialog, [role="dialog"]';

/**
 * What comes onto the board from outside: text becomes cards, pictures go on
 * cards. What makes them comes when it is needed.
 */
export class Incoming {
  constructor(private readonly actions: BoardActions) {}

  /** In a text field text stays text; a picture goes on the card being edited. */
  paste(event: ClipboardEvent): void {
    const target = event.target as HTMLElement;
    const text = event.clipboardData?.getData('text/plain') ?? '';
    const files = pictures(event.clipboardData);
    const field = target.closest(inText);
    if (this.actions.readOnly || (field && !field.closest('[data-card]'))) return;
    if (field ? files.length === 0 : text.trim() === '' && files.length === 0) return;
    // Spreadsheets copy their cells as a picture too.
    if (text.trim() !== '' && field) return;
    event.preventDefault();
    const card = cardAt(target);
    if (text.trim() === '') return this.#add(files, field ? card : null, card);
    const html = event.clipboardData?.getData('text/html') ?? '';
    void import('./panels/paste').then(({ pasteAsCards }) =>
      pasteAsCards(text, html, card, this.actions),
    );
  }

  /** Files may be dropped on cards and stages. */
  over(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files') || this.actions.readOnly) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
  }

  drop(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    const files = pictures(event.dataTransfer);
    const target = event.target as HTMLElement;
    const stage = target.closest<HTMLElement>('[data-stage]')?.dataset['stage'];
    if (stage) this.actions.stage = stage;
    if (files.length > 0) this.#add(files, cardAt(target), cardAt(target));
  }

  #add(files: File[], onto: string | null, behind: string | null): void {
    void import('./panels/pictures.svelte').then(({ addPictures }) =>
      addPictures(files, this.actions, onto, behind),
    );
  }
}

const cardAt = (target: HTMLElement): string | null =>
  target.closest<HTMLElement>('[data-card]')?.dataset['card'] ?? null;

const pictures = (data: DataTransfer | null): File[] =>
  [...(data?.files ?? [])].filter((file) => file.type.startsWith('image/'));
