// Clients that others wrote miss updates and notice nothing; the hub must. One line per client.
// Usage: node missed.mjs ws://HUB ws://RELAY http://CONTROL
import * as Y from 'yjs';
import WebSocket from 'ws';
import * as v2 from 'provider-v2';
import * as v3 from 'provider-v3';
import * as v4 from 'provider-v4';
import { WebsocketProvider } from 'y-websocket';

const [hub, relay, control] = process.argv.slice(2);

async function until(what, probe, ms = 60_000) {
  const end = Date.now() + ms;
  while (!probe()) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** The next update to a client of the document, by its way, is lost. */
async function lose(doc) {
  const answer = await fetch(`${control}/${doc}`, { method: 'POST' });
  if (!answer.ok) throw new Error(`lose: ${answer.status}`);
}

function provider(versions, url, name, token) {
  const document = new Y.Doc();
  const refused = [];
  const { HocuspocusProvider, HocuspocusProviderWebsocket } = versions;
  const socket = new HocuspocusProviderWebsocket({ url: `${url}/ws`, WebSocketPolyfill: WebSocket });
  const p = new HocuspocusProvider({
    websocketProvider: socket, name, token, document, onStateless: ({ payload }) => refused.push(payload),
  });
  if (p.attach && versions !== v2) p.attach();
  return { document, refused, saved: () => p.synced && !p.hasUnsyncedChanges, text: () => document.getText('t').toString() };
}

function plain(url, name, token) {
  const document = new Y.Doc();
  const p = new WebsocketProvider(`${url}/y`, name, document, { WebSocketPolyfill: WebSocket, params: { token }, disableBc: true });
  return { document, refused: [], saved: () => p.synced, text: () => document.getText('t').toString() };
}

async function play(name, doc, deaf) {
  const writer = provider(v4, hub, doc, 'rw:ala');
  await until('both there', () => writer.saved() && deaf.saved());
  const text = writer.document.getText('t');
  const type = async (s) => {
    text.insert(text.length, s);
    await until('saved', writer.saved);
  };
  await type('one ');
  await until('heard of', () => deaf.text() === 'one ');
  await lose(doc);
  await type('two ');
  await type('three '); // builds on what was lost, and has to wait
  await until('what was lost in the middle', () => deaf.text() === 'one two three ');
  await lose(doc);
  await type('four');
  await until('what was lost at the end', () => deaf.text() === 'one two three four');
  await lose(doc);
  text.delete(0, 4);
  await until('a deletion that was lost', () => deaf.text() === 'two three four');
  if (deaf.refused.length + writer.refused.length > 0) throw new Error(`told ${deaf.refused} ${writer.refused}`);
  return name;
}

const clients = {
  'provider 2': (doc) => provider(v2, relay, doc, 'rw:bob'),
  'provider 3': (doc) => provider(v3, relay, doc, 'rw:bob'),
  'provider 4': (doc) => provider(v4, relay, doc, 'rw:bob'),
  'provider 4 that may only read': (doc) => provider(v4, relay, doc, 'ro:eye'),
  'y-websocket': (doc) => plain(relay, doc, 'rw:bob'),
};

const outcomes = await Promise.all(
  Object.entries(clients).map(([name, make], i) =>
    play(name, `missed.${i}`, make(`missed.${i}`)).then(
      () => `ok ${name}`,
      (error) => `FAIL ${name}: ${error.message}`,
    ),
  ),
);
console.log(outcomes.join('\n'));
process.exit(outcomes.some((o) => o.startsWith('FAIL')) ? 1 : 0);
