// Runs clients that others wrote against a hub and prints one line per rule.
// Usage: node judge.mjs ws://HOST:PORT http://CONTROL:PORT
import * as Y from 'yjs';
import WebSocket from 'ws';
import * as v213 from 'provider-v2-13';
import * as v2 from 'provider-v2';
import * as v3 from 'provider-v3';
import * as v4 from 'provider-v4';
import { WebsocketProvider } from 'y-websocket';

const base = process.argv[2];
const control = process.argv[3];
const versions = { 2.13: v213, 2: v2, 3: v3, 4: v4 };

const fail = (message) => {
  throw new Error(message);
};

/** Waits until probe() holds; there is no clock in what is judged, only in giving up. */
async function until(what, probe, ms = 10_000) {
  const end = Date.now() + ms;
  while (!probe()) {
    if (Date.now() > end) fail(`not in time: ${what}`);
    await new Promise((next) => setTimeout(next, 10));
  }
}

const opened = [];

function connect(version, name, token, options = {}) {
  const { HocuspocusProvider, HocuspocusProviderWebsocket } = versions[version];
  const document = options.document ?? new Y.Doc();
  const socket =
    options.socket ??
    new HocuspocusProviderWebsocket({ url: `${base}/ws`, WebSocketPolyfill: WebSocket, delay: 50, minDelay: 50, maxDelay: 200, jitter: false });
  const events = { denied: null, stateless: [] };
  const provider = new HocuspocusProvider({
    websocketProvider: socket,
    name,
    token,
    document,
    sessionAwareness: options.sessionAwareness,
    onAuthenticationFailed: ({ reason }) => (events.denied = reason),
    onStateless: ({ payload }) => events.stateless.push(payload),
  });
  Object.defineProperty(events, 'scope', { get: () => provider.authorizedScope });
  // From version 3 on a provider that shares a socket is attached by hand.
  if (provider.attach && version >= 3) provider.attach();
  const client = { provider, document, socket, events, text: () => document.getText('t').toString() };
  opened.push(client);
  return client;
}

function closeAll() {
  for (const c of opened.splice(0)) {
    c.provider.destroy();
    c.socket.destroy?.();
  }
}

const saved = (c) => c.provider.synced && !c.provider.hasUnsyncedChanges;

async function ask(what) {
  const answer = await fetch(`${control}/${what}`, { method: 'POST' });
  if (!answer.ok) fail(`${what}: ${answer.status}`);
  return answer.text();
}

const rules = {};
for (const version of [2.13, 2, 3, 4]) {
  rules[`provider ${version} authenticates, syncs and is told that it is saved`] = async (doc) => {
    const a = connect(version, doc, 'rw:ala');
    await until('a synced', () => saved(a));
    a.document.getText('t').insert(0, 'Zażółć 🌳');
    await until('a saved', () => saved(a));
    const b = connect(version, doc, 'rw:bob');
    await until('b has the text', () => b.text() === 'Zażółć 🌳');
    b.document.getText('t').insert(0, '→ ');
    await until('a has it too', () => a.text() === '→ Zażółć 🌳');
    await until('both saved', () => saved(a) && saved(b));
    a.events.scope === 'read-write' || fail(`scope ${a.events.scope}`);
  };
  rules[`provider ${version} exchanges awareness with stamped names, and goodbye`] = async (doc) => {
    const a = connect(version, doc, 'rw:ala');
    const b = connect(version, doc, 'rw:bob');
    await until('synced', () => saved(a) && saved(b));
    a.provider.awareness.setLocalState({ user: { name: 'Prezydent' }, card: 'c1' });
    const seen = () => b.provider.awareness.getStates().get(a.document.clientID);
    await until('b sees a', () => seen()?.card === 'c1');
    seen().user.name === 'ala' || fail(`name ${seen().user.name} was believed`);
    a.provider.destroy();
    await until('a is gone', () => seen() === undefined);
  };
  rules[`provider ${version} that may only read is refused by name and keeps its connection`] = async (doc) => {
    const w = connect(version, doc, 'rw:ala');
    await until('w saved', () => saved(w));
    w.document.getText('t').insert(0, 'stays');
    const r = connect(version, doc, 'ro:eye');
    await until('r has the text', () => r.text() === 'stays');
    await until('r is content', () => saved(r));
    r.events.scope === 'readonly' || fail(`scope ${r.events.scope}`);
    r.document.getText('t').insert(0, 'no ');
    await until('r is told', () => r.events.stateless.some((s) => JSON.parse(s).code === 'read-only'));
    r.provider.unsyncedChanges > 0 || fail('a refused change counts as saved');
    w.document.getText('t').insert(5, '!');
    await until('r still listens', () => r.text().endsWith('stays!'));
    w.text() === 'stays!' || fail(`w has ${w.text()}`);
  };
  rules[`provider ${version} without permission is told`] = async (doc) => {
    const x = connect(version, doc, 'nobody');
    await until('denied', () => x.events.denied !== null);
  };
  rules[`provider ${version} comes back after a restart and loses nothing`] = async (doc) => {
    const a = connect(version, doc, 'rw:ala');
    const b = connect(version, doc, 'rw:bob');
    await until('synced', () => saved(a) && saved(b));
    a.document.getText('t').insert(0, 'one ');
    await until('saved', () => saved(a) && b.text() === 'one ');
    await ask('restart');
    a.document.getText('t').insert(4, 'two');
    await until('b has what was typed meanwhile', () => b.text() === 'one two', 20_000);
    await until('both saved', () => saved(a) && saved(b));
  };
}

rules['many documents share one socket'] = async (doc) => {
  const socket = new v4.HocuspocusProviderWebsocket({ url: `${base}/ws`, WebSocketPolyfill: WebSocket });
  const all = [1, 2, 3, 4, 5].map((i) => connect(4, `${doc}.${i}`, 'rw:ala', { socket }));
  await until('all synced', () => all.every(saved));
  all.forEach((c, i) => c.document.getText('t').insert(0, String(i)));
  await until('all saved', () => all.every(saved));
  const r = connect(4, `${doc}.3`, 'ro:eye');
  await until('the right text', () => r.text() === '2');
  all[0].provider.destroy();
  all[1].document.getText('t').insert(0, 'x');
  await until('closing one leaves the others', () => saved(all[1]));
};

rules['two sessions of one document share one socket'] = async (doc) => {
  const socket = new v4.HocuspocusProviderWebsocket({ url: `${base}/ws`, WebSocketPolyfill: WebSocket });
  const a = connect(4, doc, 'rw:ala', { socket, sessionAwareness: true });
  const b = connect(4, doc, 'rw:ala', { socket, sessionAwareness: true });
  await until('synced', () => saved(a) && saved(b));
  a.document.getText('t').insert(0, 'hi');
  await until('b has it', () => b.text() === 'hi');
};

rules['edits made offline arrive and are saved'] = async (doc) => {
  const a = connect(4, doc, 'rw:ala');
  await until('synced', () => saved(a));
  a.socket.disconnect();
  await until('offline', () => a.socket.status === 'disconnected');
  for (const c of 'offline') a.document.getText('t').insert(a.text().length, c);
  a.socket.connect();
  await until('saved', () => saved(a));
  const b = connect(4, doc, 'rw:bob');
  await until('b has them', () => b.text() === 'offline');
};

rules['a hundred changes in a row are all acknowledged'] = async (doc) => {
  const a = connect(4, doc, 'rw:ala');
  await until('synced', () => saved(a));
  for (let i = 0; i < 100; i++) a.document.getMap('m').set('k' + (i % 7), i);
  a.provider.unsyncedChanges === 100 || fail(`${a.provider.unsyncedChanges} counted`);
  await until('all acknowledged', () => saved(a));
};

rules['access taken away and given back holds at once'] = async (doc) => {
  const a = connect(4, doc, 'rw:ala');
  await until('synced', () => saved(a));
  await ask('freeze');
  await until('told', () => a.events.scope === 'readonly');
  await ask('thaw');
  await until('told again', () => a.events.scope === 'read-write');
  a.document.getText('t').insert(0, 'x');
  await until('saved', () => saved(a));
};

rules['a y-websocket client edits the same document'] = async (doc) => {
  const a = connect(4, doc, 'rw:ala');
  await until('synced', () => saved(a));
  const document = new Y.Doc();
  const plain = new WebsocketProvider(`${base}/y`, doc, document, {
    WebSocketPolyfill: WebSocket,
    params: { token: 'rw:bob' },
    disableBc: true,
  });
  opened.push({ provider: plain, socket: {} });
  await until('plain synced', () => plain.synced);
  document.getText('t').insert(0, 'plain');
  await until('a has it', () => a.text() === 'plain');
  a.document.getText('t').insert(5, ' text');
  await until('plain has it', () => document.getText('t').toString() === 'plain text');
  plain.awareness.setLocalState({ here: true });
  await until('a sees it', () => a.provider.awareness.getStates().get(document.clientID)?.here);
};

process.on('unhandledRejection', (error) => {
  console.log(`FAIL unhandled: ${error?.stack ?? error}`);
  process.exit(1);
});

let failed = 0;
let n = 0;
for (const [name, rule] of Object.entries(rules)) {
  try {
    await rule(`doc.${++n}`);
    console.log(`ok ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}: ${error.message}`);
  }
  closeAll();
}
process.exit(failed ? 1 : 0);
