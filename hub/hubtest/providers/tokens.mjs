// Reads a document as a Yjs update (V1) from standard input and prints the
// tokens in its list, and whether it is the same when encoded again.
import * as Y from 'yjs';

const chunks = [];
for await (const c of process.stdin) chunks.push(c);
const update = Buffer.concat(chunks);
const doc = new Y.Doc();
Y.applyUpdate(doc, update);
console.log(
  JSON.stringify({
    tokens: doc.getArray('tokens').toArray(),
    pending: doc.store.pendingStructs !== null || doc.store.pendingDs !== null,
    same: Buffer.compare(update, Buffer.from(Y.encodeStateAsUpdate(doc))) === 0,
  }),
);
