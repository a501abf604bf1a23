// What yjs makes of the parts of the library beside the merging of updates:
// questions and answers in JSON, bytes in base64.

import * as Y from 'yjs'
import { follower, make } from './history.mjs'
import { large } from './large.mjs'
import { chosen } from './cases.mjs'
import { plain, view } from './view.mjs'

const encode = bytes => Buffer.from(bytes).toString('base64')
const decode = text => new Uint8Array(Buffer.from(text, 'base64'))

const apply = (gc, updates) => {
  const doc = follower(gc)
  for (const u of updates) Y.applyUpdate(doc, u)
  return doc
}

// find follows a path of keys and indexes from a root.
const find = (doc, root, path) => path.reduce((t, step) => {
  if (typeof step === 'string') return t instanceof Y.Map ? t.get(step) : t.getAttribute(step)
  if (t instanceof Y.Text) {
    let at = 0
    for (const op of t.toDelta()) {
      if (at === step) return op.insert
      at += typeof op.insert === 'string' ? op.insert.length : 1
    }
  }
  return t.get(step)
}, doc.share.get(root))

const shared = {
  array: () => new Y.Array(), map: () => new Y.Map(), text: () => new Y.Text(), xmlText: () => new Y.XmlText(),
  element: name => new Y.XmlElement(name), subdoc: guid => new Y.Doc({ guid, meta: { m: 1 } })
}
const content = v => v === null || typeof v !== 'object' || !v.$ ? v : v.$ === 'bytes' ? decode(v.b) : shared[v.$](v.name)

// edits are single changes; each is a transaction of its own.
const edits = {
  insertText: (t, e) => t.insert(e.index, e.text, e.attributes ?? undefined),
  insertEmbed: (t, e) => t.insertEmbed(e.index, content(e.value), e.attributes ?? undefined),
  format: (t, e) => t.format(e.index, e.n, e.attributes),
  delete: (t, e) => t.delete(e.index, e.n),
  delta: (t, e) => t.applyDelta(e.delta),
  set: (t, e) => t instanceof Y.Map ? t.set(e.key, content(e.value)) : t.setAttribute(e.key, content(e.value)),
  remove: (t, e) => t instanceof Y.Map ? t.delete(e.key) : t.removeAttribute(e.key),
  insert: (t, e) => t.insert(e.index, e.values.map(content))
}

// edit makes changes under one client id and returns what yjs sends for each.
// Yjs remembers places it was at, and text inserted there without attributes
// may then stand before or behind a mark; without that memory it is one thing.
const edit = ({ gc, state, client, list }) => {
  const doc = apply(gc, [decode(state)])
  doc.clientID = client
  let sent = []
  doc.on('update', update => sent.push(update))
  return list.map(e => {
    const t = find(doc, e.root, e.path)
    if (t._searchMarker) t._searchMarker = null
    sent = []
    edits[e.op](t, e)
    if (sent.length > 1) throw new Error('several transactions')
    return sent.length > 0 ? encode(sent[0]) : ''
  })
}

// withoutTidying computes a delta, in the course of which yjs deletes needless
// marks, and puts them back.
const withoutTidying = f => {
  const original = Y.Item.prototype.delete
  const deleted = []
  Y.Item.prototype.delete = function () {
    deleted.push([this, this.info])
    this.markDeleted()
  }
  try {
    return f()
  } finally {
    Y.Item.prototype.delete = original
    for (const [item, info] of deleted) item.info = info
  }
}

const step = ({ insert, retain, delete: n, attributes }) => ({
  ...(insert !== undefined && { insert: plain(insert) }),
  ...(retain !== undefined && { retain }),
  ...(n !== undefined && { delete: n }),
  ...(attributes !== undefined && { attributes: plain(attributes) })
})

const describe = (root, event) => ({
  root,
  path: event.path,
  keys: [...event.keys].map(([key, { action, oldValue }]) => ({ key, action, old: action === 'add' ? null : plain(oldValue) }))
    .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))),
  delta: withoutTidying(() => event.delta).map(step)
})

// events follows a history and says what changed with each update.
const events = ({ seed }) => {
  const h = make(seed)
  const doc = follower(h.gc)
  let seen = []
  for (const [root, t] of doc.share) {
    t.observeDeep(all => seen.push(...all.map(event => describe(root, event))))
  }
  return {
    gc: h.gc,
    exact: !h.cut && !h.diverged,
    log: h.log.map(encode),
    events: h.log.map(update => {
      seen = []
      Y.applyUpdate(doc, update)
      return seen.filter(e => e.keys.length > 0 || e.delta.length > 0)
    })
  }
}

// positions are made in the state before and resolved in the one after.
const positions = ({ gc, before, after, places }) => {
  const doc = apply(gc, [decode(before)])
  const made = places.map(p => Y.createRelativePositionFromTypeIndex(find(doc, p.root, p.path), p.index, p.assoc))
  Y.applyUpdate(doc, decode(after))
  return made.map(p => {
    const bytes = Y.encodeRelativePosition(p)
    const now = Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(bytes), doc)
    return { bytes: encode(bytes), json: Y.relativePositionToJSON(p), index: now ? now.index : -1 }
  })
}

// snapshots names the state after each part of a log and restores it from the
// whole.
const snapshots = ({ log, cuts }) => {
  const doc = follower(false)
  const taken = []
  log.forEach((update, i) => {
    if (cuts.includes(i)) taken.push(Y.snapshot(doc))
    Y.applyUpdate(doc, decode(update))
  })
  return taken.map(snapshot => {
    const restored = Y.createDocFromSnapshot(doc, snapshot, follower(false))
    return {
      bytes: encode(Y.encodeSnapshot(snapshot)),
      state: encode(Y.encodeStateAsUpdate(restored)),
      view: JSON.stringify(view(restored)),
      contains: log.map(update => Y.snapshotContainsUpdate(snapshot, decode(update)))
    }
  })
}

// units lists what an update says, unit by unit.
const units = update => {
  const all = new Set()
  const { structs, ds } = Y.decodeUpdate(update)
  for (const s of structs) {
    if (s instanceof Y.Skip) continue
    for (let i = 0; i < s.length; i++) all.add(`${s.id.client}/${s.id.clock + i}`)
  }
  for (const [client, ranges] of ds.clients) {
    for (const { clock, len } of ranges) for (let i = 0; i < len; i++) all.add(`delete ${client}/${clock + i}`)
  }
  return all
}

// intersect judges Go's intersection of two updates.
const intersect = ({ a, b, both }) => {
  const [ua, ub, shared] = [a, b, both].map(decode).map(units)
  for (const u of shared) if (!ua.has(u) || !ub.has(u)) return `${u} is not in both`
  for (const u of ua) if (ub.has(u) && !shared.has(u)) return `${u} is missing`
  const [one, two] = [[a, b], [a, b, both]].map(list => apply(true, list.map(decode)))
  return encode(Y.encodeStateAsUpdate(one)) === encode(Y.encodeStateAsUpdate(two)) ? '' : 'says something else'
}

// deliver applies updates in the order given and says what is known after each.
const deliver = ({ gc, updates }) => {
  const doc = follower(gc)
  const vectors = updates.map(u => {
    Y.applyUpdate(doc, decode(u))
    return encode(Y.encodeStateVector(doc))
  })
  return { vectors, pending: doc.store.pendingStructs !== null || doc.store.pendingDs !== null, view: JSON.stringify(view(doc)) }
}

// compare is a client that got some of a log, and perhaps wrote something, and is
// asked by a state vector; then it gets what shall heal it.
const compare = ({ gc, log, got, own, vector, heal }) => {
  const [whole, doc] = [log, got].map(updates => apply(gc, updates.map(decode)))
  if (own) {
    doc.clientID = 4000000001
    doc.getText('notes').insert(0, 'own 🌳')
    doc.getText('notes').delete(0, 1)
  }
  const has = Y.snapshotContainsUpdate(Y.snapshot(doc), Y.encodeStateAsUpdate(whole))
  const answer = encode(Y.encodeStateAsUpdate(doc, decode(vector)))
  Y.applyUpdate(doc, decode(heal))
  Y.applyUpdate(whole, Y.encodeStateAsUpdate(doc))
  return { has, answer, healed: Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(whole)) && JSON.stringify(view(doc)) === JSON.stringify(view(whole)) }
}

export const ask = ({ question, ...details }) => ({ edit, events, positions, snapshots, intersect, deliver, compare, large, chosen })[question](details)
