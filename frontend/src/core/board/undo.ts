import * as Y from 'yjs';
import { local } from './commands';
import { roots } from './schema';

/** Undo and redo of this person's own changes; it survives reconnecting. */
export class Undo {
  readonly #manager: Y.UndoManager;
  readonly #listeners = new Set<() => void>();

  constructor(doc: Y.Doc) {
    const r = roots(doc);
    this.#manager = new Y.UndoManager([r.meta, r.cards, r.links, r.stages, r.comments], {
      trackedOrigins: new Set([local]),
      captureTimeout: 600,
    });
    const tell = (): void => this.#listeners.forEach((l) => l());
    this.#manager.on('stack-item-added', tell);
    this.#manager.on('stack-item-popped', tell);
    this.#manager.on('stack-cleared', tell);
  }

  get canUndo(): boolean {
    return this.#manager.undoStack.length > 0;
  }

  get canRedo(): boolean {
    return this.#manager.redoStack.length > 0;
  }

  undo(): boolean {
    return this.#manager.undo() !== null;
  }

  redo(): boolean {
    return this.#manager.redo() !== null;
  }

  /** The next change begins a step of its own. */
  boundary(): void {
    this.#manager.stopCapturing();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  destroy(): void {
    this.#manager.destroy();
    this.#listeners.clear();
  }
}
