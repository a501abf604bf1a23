// Random concurrent histories: several yjs clients edit, exchange updates in
// any order, undo and redo. The log of all updates, in the order they were
// made, is what a server could have received.

import * as Y from 'yjs'
import { Random } from './random.mjs'
import { edit } from './edits.mjs'
import { view } from './view.mjs'

// open declares the roots every history uses.
export const open = (gc, clientID) => {
  const doc = new Y.Doc({ gc, guid: 'history' }) // a given name spares drawing a random one
  if (clientID !== undefined) doc.clientID = clientID
  doc.getMap('cards')
  doc.getArray('order')
  doc.getMap('meta')
  doc.getText('notes')
  doc.getText('rich')
  doc.getXmlFragment('xml')
  return doc
}

// After remote changes Y.Text tidies formatting by deleting marks, which are
// new edits. A document that only follows others must not make any.
const callObserver = Y.Text.prototype._callObserver
Y.Text.prototype._callObserver = function (transaction, subs) {
  callObserver.call(this, transaction, subs)
  if (transaction.doc.follower) transaction._needFormattingCleanup = false
}

export const follower = gc => {
  const doc = open(gc)
  doc.follower = true
  return doc
}

// LONG is how many seeds, from 0 on, make long histories. The others are short,
// since many small histories find more than few large ones in the same time; of
// a million the second half is shorter still.
export const LONG = 1000
const SHORTER = 500_000

// shape derives what kind of history a seed makes.
const shape = seed => {
  const r = new Random(seed ^ 0x5eed)
  const s = { cut: seed % 16 === 3, gc: seed % 3 !== 0, clients: 2 + r.below(4), steps: 20 + r.below(120), undo: seed % 4 === 1 }
  if (seed % 32 === 7) s.ids = true // a new client id for nearly every edit
  if (seed % 128 === 9) s.steps = 1000
  if (seed < LONG) return s
  s.clients = 2 + r.below(3)
  s.steps = seed % 8192 === 9 ? 1000 : 8 + r.below(r.chance(0.1) ? 100 : 24)
  if (seed >= SHORTER) s.steps = 4 + (s.steps >> 1)
  s.inOrder = !r.chance(0.25) // out of order yjs keeps pending updates, which costs it most
  return s
}

class Session {
  constructor (seed) {
    Object.assign(this, shape(seed))
    this.r = new Random(seed)
    this.log = []
    this.docs = []
    this.queues = []
    this.undoers = []
    for (let i = 0; i < this.clients; i++) this.join(i)
  }

  join (i) {
    const doc = open(this.gc, 1 + this.r.below(4294967294))
    this.docs.push(doc)
    this.queues.push([])
    const emit = update => {
      this.log.push(update)
      this.queues.forEach((queue, j) => { if (j !== i) queue.push(update) })
    }
    // Yjs encodes an update as soon as somebody listens, so nobody does where
    // the update came from another client.
    doc.on('afterTransactionCleanup', transaction => {
      doc.off('update', emit)
      if (transaction.origin !== 'remote') doc.on('update', emit)
    })
    this.undoers.push(this.undo
      ? new Y.UndoManager([...doc.share.values()], { trackedOrigins: new Set(['local']), captureTimeout: 0 })
      : null)
  }

  step () {
    const { r } = this
    const i = r.below(this.docs.length)
    const p = r.float()
    if (this.undo && p < 0.12) {
      r.chance(0.7) ? this.undoers[i].undo() : this.undoers[i].redo()
    } else if (p < 0.6) {
      if (this.ids && r.chance(0.8)) this.docs[i].clientID = 1 + r.below(4294967294)
      const edits = r.chance(0.3) ? 1 + r.below(4) : 1
      this.docs[i].transact(() => { for (let k = 0; k < edits; k++) edit(r, this.docs[i], this.cut) }, 'local')
    } else {
      this.deliver(i, r.below(this.queues[i].length + 1))
    }
  }

  deliver (i, n) {
    const queue = this.queues[i]
    for (; n > 0; n--) Y.applyUpdate(this.docs[i], queue.splice(this.inOrder ? 0 : this.r.below(queue.length), 1)[0], 'remote')
  }

  run () {
    for (let s = 0; s < this.steps; s++) this.step()
    while (this.queues.some(q => q.length > 0)) this.queues.forEach((q, i) => this.deliver(i, q.length))
  }
}

// Undo can make structs whose right neighbour stands left of their left one.
// Where such a struct goes depends in yjs on whether the text between them has
// been merged into one item yet, so replicas may disagree.
const inverted = update => Y.decodeUpdate(update).structs.some(s =>
  s.origin && s.rightOrigin && s.origin.client === s.rightOrigin.client && s.origin.clock >= s.rightOrigin.clock)

// make runs the history of a seed and follows its log in one document.
export const make = seed => {
  const session = new Session(seed)
  session.run()
  const views = session.docs.map(d => JSON.stringify(view(d)))
  const server = follower(session.gc)
  const events = []
  let event = null
  let half = null
  server.on('update', update => { event = update })
  session.log.forEach((update, i) => {
    if (i === session.log.length >> 1) half = Y.encodeStateAsUpdate(server)
    event = null
    Y.applyUpdate(server, update)
    events.push(event ?? new Uint8Array())
  })
  const shown = JSON.stringify(view(server))
  return {
    gc: session.gc,
    cut: session.cut,
    diverged: views.some(v => v !== shown),
    inverted: session.undo && session.log.some(inverted),
    log: session.log,
    events,
    half: half ?? Y.encodeStateAsUpdate(new Y.Doc()),
    server,
    view: shown
  }
}
