import * as Y from 'yjs';
import { roots } from './schema';

/** The origin of seeding, which is nobody's change to undo. */
export const seeding = Symbol('seeding');

/**
 * Makes the problem's text. Two people who begin to write it at the same moment
 * must find themselves in one text, and Yjs would keep only one of two made
 * apart. So it is made by an imaginary client whose id and first change are the
 * same in every browser: made twice, it is still made once.
 */
export function seedProblem(doc: Y.Doc): void {
  if (roots(doc).meta.get('problem') instanceof Y.Text) return;
  seed(doc, 'problem', (d) => roots(d).meta.set('problem', new Y.Text()));
}

/** Makes a stage's record with its summary, in the same way. */
export function seedStage(doc: Y.Doc, stage: string): void {
  if (roots(doc).stages.get(stage) instanceof Y.Map) return;
  seed(doc, `stage ${stage}`, (d) => {
    const record = new Y.Map<unknown>();
    roots(d).stages.set(stage, record);
    record.set('summary', new Y.Text());
  });
}

function seed(doc: Y.Doc, name: string, make: (doc: Y.Doc) => void): void {
  const client = clientOf(name);
  // The imaginary client has been here and somebody has replaced what it made:
  // its changes mean something else now.
  if (Y.getState(doc.store, client) > 0) return;
  const scratch = new Y.Doc();
  scratch.clientID = client;
  scratch.transact(() => make(scratch));
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(scratch), seeding);
  scratch.destroy();
}

/** A client id for a name: FNV-1a over 32 bits, as Yjs ids are. */
function clientOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const c of new TextEncoder().encode(`pathboard/1/${name}`))
    hash = Math.imul(hash ^ c, 0x01000193);
  return hash >>> 0;
}
