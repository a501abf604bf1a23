import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import WebSocket from 'ws';
import * as Y from 'yjs';

const [typeSync, typeAuth, typeSyncStatus] = [0, 2, 8];

function frame(doc: string, type: number, write: (e: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, doc);
  encoding.writeVarUint(encoder, type);
  write(encoder);
  return encoding.toUint8Array(encoder);
}

/**
 * Says a change to a document on a bare socket, as no page of ours would, and
 * returns what the server makes of it.
 */
export function knock(
  base: string,
  token: string,
  doc: string,
  change: (doc: Y.Doc) => void,
): Promise<'saved' | 'refused' | 'shut out'> {
  const socket = new WebSocket(`${base.replace(/^http/, 'ws')}/ws`);
  const forged = new Y.Doc();
  change(forged);
  return new Promise<'saved' | 'refused' | 'shut out'>((done, fail) => {
    socket.on('error', fail);
    socket.on('close', () => done('shut out'));
    socket.on('open', () => {
      const open = frame(doc, typeAuth, (e) => {
        encoding.writeVarUint(e, 0);
        encoding.writeVarString(e, token);
      });
      const update = frame(doc, typeSync, (e) => {
        encoding.writeVarUint(e, 2);
        encoding.writeVarUint8Array(e, Y.encodeStateAsUpdate(forged));
      });
      for (const message of [open, update]) socket.send(message);
    });
    socket.on('message', (data: Buffer) => {
      const answer = decoding.createDecoder(new Uint8Array(data));
      if (decoding.readVarString(answer) !== doc) return;
      const type = decoding.readVarUint(answer);
      if (type === typeSyncStatus) done(decoding.readVarUint(answer) === 1 ? 'saved' : 'refused');
      else if (type === typeAuth && decoding.readVarUint(answer) === 1) done('shut out');
    });
  }).finally(() => {
    socket.close();
    forged.destroy();
  });
}
