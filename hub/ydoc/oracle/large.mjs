// Large documents: ten thousand clients, and years of writing and deleting.

import * as Y from 'yjs'
import { Random } from './random.mjs'
import { edit } from './edits.mjs'
import { follower, open } from './history.mjs'
import { view } from './view.mjs'

// Two documents that hear of each other now and then.
class Pair {
  constructor () {
    this.log = []
    this.docs = [open(true, 1), open(true, 2)]
    this.unheard = [[], []]
    this.docs.forEach((doc, i) => doc.on('update', (update, origin) => {
      if (origin === 'remote') return
      this.log.push(update)
      this.unheard[1 - i].push(update)
    }))
  }

  exchange () {
    while (this.unheard.some(list => list.length > 0)) {
      this.docs.forEach((doc, i) => this.unheard[i].splice(0).forEach(u => Y.applyUpdate(doc, u, 'remote')))
    }
  }
}

// clients makes each edit under a client id of its own: groups that begin with
// the same document, and hear of each other at the end.
const clients = n => {
  const r = new Random(n)
  const base = open(true, 1)
  for (let i = 0; i < 20; i++) edit(r, base, false)
  const log = [Y.encodeStateAsUpdate(base)]
  for (let made = 0; made < n;) {
    const doc = open(true, 0)
    Y.applyUpdate(doc, log[0])
    for (let k = 0; k < 100; k++, made++) {
      const clock = Y.encodeStateVector(doc).length
      do { // until an edit makes something new
        doc.clientID = 2 + r.below(4294967293)
        edit(r, doc, false)
      } while (Y.encodeStateVector(doc).length === clock)
    }
    log.push(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(base)))
  }
  return { log, docs: [] }
}

// years has a text grow and shrink, and cards come, change and go, day by day.
const years = days => {
  const pair = new Pair()
  const r = new Random(days)
  for (let day = 0; day < days; day++) {
    pair.docs.forEach((doc, i) => { doc.clientID = 1000 + 2 * (day >> 5) + i }) // a new device each month
    for (let k = 0; k < 20; k++) {
      const doc = pair.docs[r.below(2)]
      const text = doc.getText('notes')
      const cards = doc.getMap('cards')
      const id = 'card' + r.below(30)
      if (text.length > 2000) text.delete(r.below(500), 1000)
      switch (r.below(5)) {
        case 0: text.insert(r.below(text.length + 1), 'dzień ' + day + ' '); break
        case 1: if (text.length > 20) text.delete(r.below(text.length - 10), 1 + r.below(10)); break
        case 2: cards.set(id, new Y.Map([['text', new Y.Text('karta ' + day)], ['pos', day]])); break
        case 3: cards.get(id)?.set('pos', r.below(1000)); break
        case 4: cards.get(id)?.get('text').insert(0, 'x'); cards.delete('card' + r.below(30)); break
      }
    }
    if (r.chance(0.3)) pair.exchange()
  }
  pair.exchange()
  return pair
}

const encode = bytes => Buffer.from(bytes).toString('base64')

export const large = ({ kind, size }) => {
  const { log, docs } = { clients, years }[kind](size)
  const server = follower(true)
  const events = []
  let event = null
  server.on('update', update => { event = update })
  for (const update of log) {
    event = null
    Y.applyUpdate(server, update)
    events.push(encode(event ?? new Uint8Array()))
  }
  const shown = JSON.stringify(view(server))
  if (docs.some(doc => JSON.stringify(view(doc)) !== shown)) throw new Error('yjs replicas disagree')
  const state = Y.encodeStateAsUpdate(server)
  const reloaded = follower(true)
  Y.applyUpdate(reloaded, state)
  return {
    log: log.map(encode),
    events,
    state: encode(state),
    reloaded: encode(Y.encodeStateAsUpdate(reloaded)),
    vector: encode(Y.encodeStateVector(server)),
    view: shown
  }
}
