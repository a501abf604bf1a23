// The other end of TestDifferential. Frames on stdin and stdout: four bytes of
// length, then fields in lib0 encoding.
//
//   in   1 seed, count              out  the histories of that many seeds, see writeHistory
//   in   2 seed, count, Go's        out  JSON list of what yjs disagrees with, one list each;
//        results, each with seed         all those histories are forgotten
//   in   3 gc, updates              out  view after applying them or the error, what yjs sends on
//   in   4 question in JSON         out  answer in JSON, see features.mjs

import * as Y from 'yjs'
import * as encoding from 'lib0/encoding'
import * as decoding from 'lib0/decoding'
import { follower, make, LONG } from './history.mjs'
import { view } from './view.mjs'
import { ask } from './features.mjs'

const histories = new Map()

const writeList = (e, list) => {
  encoding.writeVarUint(e, list.length)
  for (const bytes of list) encoding.writeVarUint8Array(e, bytes)
}

const readList = d => Array.from({ length: decoding.readVarUint(d) }, () => decoding.readVarUint8Array(d))

// Of the many short histories not each goes through what is costly in yjs and
// hardly depends on the history: the operations on bytes and format V2 are
// compared in one of four, and where Go must give the very bytes of yjs, yjs
// reads them back in one of sixteen.
const hasBytes = seed => seed < LONG || seed % 4 === 0
const isRead = (seed, h) => seed < LONG || seed % 16 === 0 || h.cut || h.diverged

const writeHistory = (e, seed, h) => {
  const flags = [h.gc, h.cut, h.diverged, h.inverted, h.read = isRead(seed, h), hasBytes(seed)]
  encoding.writeVarUint(e, flags.reduce((bits, flag, i) => bits | (flag ? 1 << i : 0), 0))
  writeList(e, h.log)
  writeList(e, h.events)
  encoding.writeVarUint8Array(e, h.half)
  const state = Y.encodeStateAsUpdate(h.server)
  const reloaded = apply(h, [state])
  if (!h.cut && !h.diverged && JSON.stringify(view(reloaded)) !== h.view) throw new Error(`seed ${seed}: yjs loads another document than it saved`)
  encoding.writeVarUint8Array(e, state)
  encoding.writeVarUint8Array(e, Y.encodeStateAsUpdate(reloaded))
  encoding.writeVarUint8Array(e, Y.encodeStateVector(h.server))
  encoding.writeVarUint8Array(e, Y.encodeStateAsUpdate(h.server, Y.encodeStateVectorFromUpdate(h.half)))
  encoding.writeVarString(e, h.view)
  if (hasBytes(seed)) writeBytes(e, h)
}

// writeBytes writes what yjs makes of updates without a document.
const writeBytes = (e, h) => {
  const merged = Y.mergeUpdates(h.log.slice(0, 60))
  encoding.writeVarUint8Array(e, merged)
  const sv = Y.encodeStateVectorFromUpdate(Y.mergeUpdates(h.log.slice(0, 30)))
  encoding.writeVarUint8Array(e, sv)
  encoding.writeVarUint8Array(e, Y.diffUpdate(merged, sv))
  encoding.writeVarUint8Array(e, Y.encodeStateVectorFromUpdate(merged))
  writeColumns(e, [Y.encodeStateAsUpdateV2(h.server), Y.convertUpdateFormatV1ToV2(merged)])
}

// writeColumns writes updates in format V2 and what yjs makes of each in V1.
const writeColumns = (e, updates) => {
  writeList(e, updates)
  writeList(e, updates.map(Y.convertUpdateFormatV2ToV1))
}

// check applies what Go produced and names every difference.
const check = (h, d) => {
  const wrong = []
  const compare = (what, want, updates) => {
    try {
      const doc = follower(h.gc)
      for (const u of updates) Y.applyUpdate(doc, u)
      if (doc.store.pendingStructs || doc.store.pendingDs) wrong.push(what + ': pending')
      const got = JSON.stringify(view(doc))
      if (got !== want) wrong.push(`${what}: view differs\n got ${got}\nwant ${want}`)
      return doc
    } catch (error) {
      wrong.push(`${what}: yjs throws ${error}`)
      return null
    }
  }
  const state = decoding.readVarUint8Array(d)
  const diff = decoding.readVarUint8Array(d)
  const canonical = readList(d)
  const edits = readList(d)
  const edited = decoding.readVarUint8Array(d)
  const want = h.cut || h.diverged ? null : h.view
  const same = (what, updates) => want === null ? sound(what, updates) : compare(what, want, updates)
  const sound = (what, updates) => {
    try {
      const doc = follower(h.gc)
      for (const u of updates) Y.applyUpdate(doc, u)
      view(doc)
    } catch (error) { wrong.push(`${what}: yjs throws ${error}`) }
  }
  if (h.read) {
    same('Go state', [state])
    same('Go diff on half', [h.half, diff])
    same('Go canonical updates', canonical)
  }
  if (want !== null) {
    const whole = apply(h, [edited])
    const one = compare('Go edits', JSON.stringify(view(whole)), [state, ...edits])
    if (one && Buffer.compare(Y.encodeStateVector(one), Y.encodeStateVector(whole)) !== 0) wrong.push('Go edits: state vector')
  }
  return wrong
}

const apply = (h, updates) => {
  const doc = follower(h.gc)
  for (const u of updates) Y.applyUpdate(doc, u)
  return doc
}

// read applies updates that came out of hostile ones and writes what they show
// and what yjs sends on, or the error.
const read = (e, gc, updates) => {
  const doc = follower(gc)
  const events = []
  let event = null
  doc.on('update', update => { event = update })
  let result
  try {
    for (const u of updates) {
      event = null
      Y.applyUpdate(doc, u)
      events.push(event ?? new Uint8Array())
    }
    result = doc.store.pendingStructs || doc.store.pendingDs ? 'pending' : JSON.stringify(view(doc))
  } catch (error) {
    result = String(error.stack)
  }
  encoding.writeVarString(e, result)
  writeList(e, events)
}

const answer = frame => {
  const d = decoding.createDecoder(frame)
  const e = encoding.createEncoder()
  const command = decoding.readVarUint(d)
  if (command === 1) {
    const from = decoding.readVarUint(d)
    const count = decoding.readVarUint(d)
    for (let seed = from; seed < from + count; seed++) {
      const h = make(seed)
      writeHistory(e, seed, h)
      histories.set(seed, h)
    }
  } else if (command === 2) {
    const from = decoding.readVarUint(d)
    const count = decoding.readVarUint(d)
    const wrong = []
    while (decoding.hasContent(d)) wrong.push(check(histories.get(decoding.readVarUint(d)), d))
    for (let seed = from; seed < from + count; seed++) histories.delete(seed)
    encoding.writeVarString(e, JSON.stringify(wrong))
  } else if (command === 4) {
    encoding.writeVarString(e, JSON.stringify(ask(JSON.parse(decoding.readVarString(d)))))
  } else {
    read(e, decoding.readVarUint(d) === 1, readList(d))
  }
  return encoding.toUint8Array(e)
}

let input = Buffer.alloc(0)
process.stdin.on('data', chunk => {
  input = input.length === 0 ? chunk : Buffer.concat([input, chunk])
  while (input.length >= 4 && input.length >= 4 + input.readUInt32BE(0)) {
    const end = 4 + input.readUInt32BE(0)
    const body = answer(new Uint8Array(input.subarray(4, end)))
    const head = Buffer.alloc(4)
    head.writeUInt32BE(body.length)
    process.stdout.write(Buffer.concat([head, body]))
    input = input.subarray(end)
  }
})
