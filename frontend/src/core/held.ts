import type { Splice } from './text';

/** A change of a shared text as Yjs tells it. */
export type Delta = readonly { retain?: number; delete?: number; insert?: unknown }[];

/** A run of the shared text: what the control shows too, or not yet. */
interface Piece {
  /** Where the control shows it; null: not shown yet. */
  shown: number | null;
  length: number;
}

/**
 * The difference between a shared text and a control that must not be touched
 * while an input method composes. Other people's changes are held back from
 * the control; the person's own still reach the text at the right place.
 */
export class Held {
  #pieces: Piece[];

  /** @param length of the text, which the control shows as it is */
  constructor(length: number) {
    this.#pieces = length > 0 ? [{ shown: 0, length }] : [];
  }

  /** Somebody else changed the text. */
  remote(delta: Delta): void {
    let at = 0;
    for (const op of delta) {
      if (op.retain !== undefined) at += op.retain;
      else if (op.delete !== undefined) this.#cut(at, op.delete);
      else {
        const length = insertedLength(op.insert);
        this.#put(at, { shown: null, length });
        at += length;
      }
    }
  }

  /** The control changed: what to do to the text, one after the other. */
  local(change: Splice): Splice[] {
    const end = change.at + change.remove;
    const cuts: Splice[] = [];
    let at = 0;
    for (const piece of this.#pieces) {
      if (piece.shown !== null) {
        const from = Math.max(piece.shown, change.at);
        const to = Math.min(piece.shown + piece.length, end);
        if (from < to) cuts.unshift({ at: at + from - piece.shown, remove: to - from, insert: '' });
      }
      at += piece.length;
    }
    const place = this.place(change.at);
    for (const cut of cuts) this.#cut(cut.at, cut.remove);
    const shift = change.insert.length - change.remove;
    for (const piece of this.#pieces) {
      if (piece.shown !== null && piece.shown >= end) piece.shown += shift;
    }
    if (change.insert === '') return cuts;
    this.#put(place, { shown: change.at, length: change.insert.length });
    return [...cuts, { at: place, remove: 0, insert: change.insert }];
  }

  /** Where a position of the control is in the text: behind what it is behind. */
  place(position: number): number {
    let place = 0;
    let at = 0;
    for (const piece of this.#pieces) {
      if (piece.shown !== null && piece.shown < position) {
        place = at + Math.min(piece.length, position - piece.shown);
      }
      at += piece.length;
    }
    return place;
  }

  /** Makes a place begin a piece and returns that piece's index. */
  #split(place: number): number {
    let at = 0;
    for (const [i, piece] of this.#pieces.entries()) {
      if (place === at) return i;
      const left = place - at;
      if (left < piece.length) {
        const rest = {
          shown: piece.shown === null ? null : piece.shown + left,
          length: piece.length - left,
        };
        piece.length = left;
        this.#pieces.splice(i + 1, 0, rest);
        return i + 1;
      }
      at += piece.length;
    }
    return this.#pieces.length;
  }

  #cut(place: number, length: number): void {
    const from = this.#split(place);
    const to = this.#split(place + length);
    this.#pieces.splice(from, to - from);
  }

  #put(place: number, piece: Piece): void {
    this.#pieces.splice(this.#split(place), 0, piece);
  }
}

export const insertedLength = (insert: unknown): number =>
  typeof insert === 'string' ? insert.length : 1;
