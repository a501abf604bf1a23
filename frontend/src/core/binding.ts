import * as Y from 'yjs';
import { type Delta, Held, insertedLength } from './held';
import { type Splice, follow, splice } from './text';

/** What the binding needs of a text field; a textarea has it. */
export interface TextControl {
  value: string;
  readonly selectionStart: number | null;
  readonly selectionEnd: number | null;
  setSelectionRange(start: number, end: number): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
}

/**
 * Keeps a text field and a shared text the same, in both directions and letter
 * by letter. The field is never written to while an input method composes.
 *
 * @param origin of the changes made here; undo follows it
 * @returns how to end it
 */
export function bindText(text: Y.Text, control: TextControl, origin: unknown): () => void {
  let shown = text.toString();
  let composing = false;
  let applying = false;
  let held: Held | null = null;
  control.value = shown;

  const push = (): void => {
    const next = control.value;
    const change = splice(shown, next, control.selectionEnd ?? next.length);
    shown = next;
    if (!change) return;
    applying = true;
    try {
      Y.transact(
        text.doc as Y.Doc,
        () => (held ? held.local(change) : [change]).forEach((c) => apply(text, c)),
        origin,
      );
    } finally {
      applying = false;
    }
  };
  const show = (start: number, end: number): void => {
    shown = text.toString();
    control.value = shown;
    control.setSelectionRange(start, end);
  };
  const pull = (event: Y.YTextEvent, transaction: Y.Transaction): void => {
    if (applying) return;
    const delta = event.delta as Delta;
    if (composing) {
      held ??= new Held(shown.length);
      held.remote(delta);
      return;
    }
    if (transaction.origin instanceof Y.UndoManager) {
      const end = endOf(delta);
      show(end, end);
      return;
    }
    const changes = splices(delta);
    show(
      changes.reduce(follow, control.selectionStart ?? 0),
      changes.reduce(follow, control.selectionEnd ?? 0),
    );
  };
  const begin = (): void => {
    composing = true;
  };
  const finish = (): void => {
    composing = false;
    push();
    if (!held) return;
    const [start, end] = [
      held.place(control.selectionStart ?? 0),
      held.place(control.selectionEnd ?? 0),
    ];
    held = null;
    show(start, end);
  };

  control.addEventListener('input', push);
  control.addEventListener('compositionstart', begin);
  control.addEventListener('compositionend', finish);
  text.observe(pull);
  return () => {
    finish();
    control.removeEventListener('input', push);
    control.removeEventListener('compositionstart', begin);
    control.removeEventListener('compositionend', finish);
    text.unobserve(pull);
  };
}

function apply(text: Y.Text, change: Splice): void {
  if (change.remove > 0) text.delete(change.at, change.remove);
  if (change.insert !== '') text.insert(change.at, change.insert);
}

/** A delta as changes that follow one another. */
export function splices(delta: Delta): Splice[] {
  const out: Splice[] = [];
  let at = 0;
  for (const op of delta) {
    if (op.retain !== undefined) at += op.retain;
    else if (op.delete !== undefined) out.push({ at, remove: op.delete, insert: '' });
    else {
      const insert = typeof op.insert === 'string' ? op.insert : ' ';
      out.push({ at, remove: 0, insert });
      at += insert.length;
    }
  }
  return out;
}

/** Where the last change of a delta ends. */
function endOf(delta: Delta): number {
  let at = 0;
  let end = 0;
  for (const op of delta) {
    if (op.retain !== undefined) at += op.retain;
    else {
      if (op.insert !== undefined) at += insertedLength(op.insert);
      end = at;
    }
  }
  return end;
}
