import * as Y from 'yjs';
import type { Presence } from './model';

export interface CaretRange {
  anchor: number;
  head: number;
}

/** A caret in a card's text, in a form that stays right while others type. */
export function writeCursor(card: string, text: Y.Text, at: CaretRange): Presence['cursor'] {
  const position = (index: number): unknown =>
    Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index, -1));
  return { card, anchor: position(at.anchor), head: position(at.head) };
}

/** Where another person's caret is now, or null when it is nowhere. */
export function readCursor(text: Y.Text | null, cursor: Presence['cursor']): CaretRange | null {
  const doc = text?.doc;
  if (!doc || !cursor) return null;
  try {
    const index = (json: unknown): number | null => {
      const position = Y.createRelativePositionFromJSON(json);
      const found = Y.createAbsolutePositionFromRelativePosition(position, doc);
      return found?.type === text ? found.index : null;
    };
    const [anchor, head] = [index(cursor.anchor), index(cursor.head)];
    return anchor === null || head === null ? null : { anchor, head };
  } catch {
    return null; // not a position: presence is written by foreign clients too
  }
}
