import * as Y from 'yjs';
import { follow, local, splice, type Undo } from '../../core';

/**
 * Binds a native text field to a Y.Text: typing becomes the smallest change,
 * other people's changes appear without moving the caret off its text. While an
 * input method composes, the field is left alone.
 */
export function bindText(
  field: HTMLTextAreaElement,
  text: Y.Text,
  options: { max: number; undo: Undo; changed?: () => void },
): () => void {
  let composing = false;
  let known = text.toString();
  field.value = known;

  const push = (): void => {
    if (composing) return;
    const change = splice(known, field.value, field.selectionEnd);
    if (!change) return;
    known = field.value;
    text.doc?.transact(() => {
      if (change.remove > 0) text.delete(change.at, change.remove);
      if (change.insert) text.insert(change.at, change.insert);
    }, local);
    options.changed?.();
  };

  const pull = (_event: Y.YTextEvent, transaction: Y.Transaction): void => {
    const next = text.toString();
    if (next === known) return;
    if (composing) return; // taken in when the composition ends
    const change = splice(known, next);
    const { selectionStart, selectionEnd, selectionDirection } = field;
    known = next;
    field.value = next;
    if (change && document.activeElement === field) {
      const own = transaction.local && transaction.origin !== local;
      const at = change.at + change.insert.length;
      field.setSelectionRange(
        own ? at : follow(selectionStart, change),
        own ? at : follow(selectionEnd, change),
        selectionDirection,
      );
    }
    options.changed?.();
  };

  const start = (): void => {
    composing = true;
  };
  const end = (): void => {
    composing = false;
    const theirs = text.toString();
    if (theirs !== known) {
      // Both sides changed: first ours against what we knew, then theirs on top.
      const ours = splice(known, field.value, field.selectionEnd);
      const change = splice(known, theirs);
      known = theirs;
      if (ours && change) {
        const at = follow(ours.at, change);
        text.doc?.transact(() => {
          const remove = Math.min(ours.remove, text.length - at);
          if (remove > 0 && ours.at >= change.at + change.remove) text.delete(at, remove);
          if (ours.insert) text.insert(at, ours.insert);
        }, local);
      }
      known = text.toString();
      field.value = known;
      options.changed?.();
      return;
    }
    push();
  };
  const keys = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    // The field's own history dies with every remote change.
    if (key === 'z') {
      event.preventDefault();
      if (event.shiftKey) options.undo.redo();
      else options.undo.undo();
    } else if (key === 'y') {
      event.preventDefault();
      options.undo.redo();
    }
  };

  field.maxLength = options.max;
  field.addEventListener('input', push);
  field.addEventListener('compositionstart', start);
  field.addEventListener('compositionend', end);
  field.addEventListener('keydown', keys);
  text.observe(pull);
  return () => {
    push();
    field.removeEventListener('input', push);
    field.removeEventListener('compositionstart', start);
    field.removeEventListener('compositionend', end);
    field.removeEventListener('keydown', keys);
    text.unobserve(pull);
  };
}
