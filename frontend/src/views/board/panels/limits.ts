import { allTexts, t } from '../../../i18n/index.svelte';
import { toasts } from '../../../ui/toasts.svelte';

type Field = HTMLTextAreaElement | HTMLInputElement;

/**
 * Browsers drop what goes beyond the length of a field without a word. Here it
 * is said: how much of what was pasted did not fit, and that a field is full.
 */
export function sayLimits(): void {
  document.addEventListener('paste', pasted, true);
  document.addEventListener('beforeinput', typed, true);
}

const fieldOf = (event: Event): Field | null => {
  const { target } = event;
  const field = target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;
  return field && target.maxLength > 0 ? target : null;
};

/** How many code units the field still takes in place of what is selected. */
function room(field: Field): number {
  const selected = (field.selectionEnd ?? 0) - (field.selectionStart ?? 0);
  return field.maxLength - field.value.length + selected;
}

function pasted(event: ClipboardEvent): void {
  const field = fieldOf(event);
  const text = event.clipboardData?.getData('text/plain').replaceAll('\r\n', '\n') ?? '';
  if (!field || text.length <= room(field)) return;
  const [n, max] = [text.length - Math.max(0, room(field)), field.maxLength];
  void allTexts().then(() => toasts.show(t('limit.cut', { n, max })));
}

function typed(event: InputEvent): void {
  const field = fieldOf(event);
  if (!field || !/^insert(Text|LineBreak|Composition|Replacement)/.test(event.inputType)) return;
  if (room(field) >= (event.data?.length ?? 1)) return;
  const max = field.maxLength;
  void allTexts().then(() => {
    const text = t('limit.full', { max });
    // Said once while it is read, not with each key.
    if (!toasts.items.some((item) => item.text === text)) toasts.show(text);
  });
}
