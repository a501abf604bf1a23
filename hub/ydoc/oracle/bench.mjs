// The yjs side of hub/ydoc/bench: makes the inputs, does each piece of work and
// says how long it took. Lines of JSON on stdin and stdout:
//
//   {"make": DIR}    writes the inputs into DIR         {"done": true}
//   {"read": DIR}    takes them from there              {"done": true}
//   {"run": NAME}    does the work once                 {"ns": …, "out": bytes in base64}
//   {"heap": NAME}   keeps what the work made           {"heap": bytes}
//
// An input is a list of updates, each behind its length in four bytes.

import * as Y from 'yjs'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Random } from './random.mjs'

const WORDS = 'ścieżka dane mieszkańcy autobus rower zieleń czujnik godzina dzielnica szkoła mapa wskaźnik remont ulica hałas próba 🚲'.split(' ')
const words = (r, n) => Array.from({ length: n }, () => r.pick(WORDS)).join(' ')

// record makes a document that logs its updates.
const record = clientID => {
  const doc = new Y.Doc()
  doc.clientID = clientID
  const log = []
  doc.on('update', update => log.push(update))
  return { doc, log }
}

// trace types a paper letter by letter: 182,315 inserts and 77,463 deletes, the
// numbers of the automerge-paper trace, in bursts at a wandering cursor.
const trace = () => {
  const { doc, log } = record(11)
  const text = doc.getText('t')
  const r = new Random(4)
  let inserts = 182315
  let deletes = 77463
  let at = 0
  while (inserts + deletes > 0) {
    if (r.chance(0.08)) at = Math.max(0, Math.min(text.length, r.chance(0.7) ? at - 200 + r.below(400) : r.below(text.length + 1)))
    if (deletes > 0 && at > 0 && r.float() < deletes / (inserts + deletes)) {
      for (let n = 1 + r.below(20); n > 0 && at > 0 && deletes > 0; n--, deletes--) text.delete(--at, 1)
    } else {
      for (let n = 1 + r.below(20); n > 0 && inserts > 0; n--, inserts--) text.insert(at++, r.pick('abcdefghijklmnoprstuwyz    ąęłóśż'))
    }
  }
  return { log, doc }
}

// addCard puts a card as the web app makes it: a map with a text in it.
const addCard = (r, cards, i) => {
  const card = new Y.Map()
  const text = new Y.Text()
  text.insert(0, words(r, 6 + r.below(12)))
  card.set('kind', r.pick(['data', 'group', 'activity', 'output', 'outcome']))
  card.set('title', words(r, 3 + r.below(4)))
  card.set('text', text)
  card.set('pos', { stage: 'stage-' + r.below(7), order: 'a' + i.toString(36), x: r.below(4000), y: r.below(3000) })
  card.set('color', r.pick(['#fde68a', '#bfdbfe', '#bbf7d0']))
  card.set('author', 'user-' + r.below(8))
  cards.set('card-' + i.toString(36).padStart(5, '0'), card)
}

// board makes a board of n cards written by six people.
const board = n => {
  const r = new Random(n)
  const people = Array.from({ length: 6 }, (_, i) => record(1000 + 77 * i))
  const all = new Y.Doc()
  for (let i = 0; i < n; i++) {
    const { doc } = people[r.below(6)]
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(all, Y.encodeStateVector(doc)))
    doc.transact(() => addCard(r, doc.getMap('cards'), i))
    Y.applyUpdate(all, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(all)))
  }
  return Y.encodeStateAsUpdate(all)
}

// moves drags cards of a board about: each move is one value under one key.
const moves = (state, n) => {
  const { doc, log } = record(99)
  Y.applyUpdate(doc, state)
  log.length = 0
  const r = new Random(n)
  const cards = [...doc.getMap('cards').values()]
  for (let i = 0; i < n; i++) r.pick(cards).set('pos', { stage: 'stage-' + r.below(7), order: 'b' + i.toString(36), x: r.below(4000), y: r.below(3000) })
  return log
}

const pack = updates => Buffer.concat(updates.flatMap(u => {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(u.length)
  return [head, u]
}))

const make = dir => {
  const paper = trace()
  const small = board(500)
  const log = moves(small, 10000)
  const inputs = {
    trace: paper.log,
    paper: [Y.encodeStateAsUpdate(paper.doc)],
    board: [small],
    moves: [small, ...log],
    large: [board(3600)],
    day: [small, ...log.slice(0, 500)]
  }
  for (const [name, updates] of Object.entries(inputs)) writeFileSync(join(dir, name), pack(updates))
}

const unpack = file => {
  const updates = []
  for (let at = 0; at < file.length;) {
    const n = file.readUInt32BE(at)
    updates.push(new Uint8Array(file.subarray(at + 4, at + 4 + n)))
    at += 4 + n
  }
  return updates
}

const inputs = {}
const read = dir => {
  for (const name of readdirSync(dir)) inputs[name] = unpack(readFileSync(join(dir, name)))
}

const load = updates => {
  const doc = new Y.Doc()
  for (const u of updates) Y.applyUpdate(doc, u)
  return doc
}

// works mirrors the table in ../bench/works.go: before is not timed, and what run
// returns is kept and, if it is bytes, compared.
const works = {
  'trace': { run: () => load(inputs.trace) },
  'moves': { before: () => load(inputs.moves.slice(0, 1)), run: doc => { for (const u of inputs.moves.slice(1)) Y.applyUpdate(doc, u); return doc } },
  'load 1 MB': { run: () => load(inputs.large) },
  'load board': { run: () => load(inputs.board) },
  'load paper': { run: () => load(inputs.paper) },
  'encode 1 MB': { before: () => load(inputs.large), run: doc => Y.encodeStateAsUpdate(doc) },
  'encode paper': { before: () => load(inputs.paper), run: doc => Y.encodeStateAsUpdate(doc) },
  'diff': { before: () => load(inputs.moves), run: doc => Y.encodeStateAsUpdate(doc, Y.encodeStateVectorFromUpdate(inputs.board[0])) },
  'diff bytes': { run: () => Y.diffUpdate(inputs.large[0], Y.encodeStateVectorFromUpdate(inputs.board[0])) },
  'merge 500': { run: () => Y.mergeUpdates(inputs.day) },
  'compact 500': { run: () => Y.encodeStateAsUpdate(load(inputs.day)) },
  'parse 1 MB': { run: () => Y.decodeUpdate(inputs.large[0]) }
}

const run = name => {
  const work = works[name]
  const subject = work.before?.()
  globalThis.gc()
  const start = process.hrtime.bigint()
  const result = work.run(subject)
  const ns = Number(process.hrtime.bigint() - start)
  const out = result instanceof Uint8Array ? Buffer.from(result).toString('base64') : ''
  return { ns, out }
}

// used waits for what finalisers still hold before it counts.
const used = async () => {
  for (let i = 0; i < 4; i++) {
    globalThis.gc()
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  const m = process.memoryUsage()
  return m.heapUsed + m.external
}

const heap = async name => {
  const work = works[name]
  work.run(work.before?.()) // so that compiled code is not counted
  const before = await used()
  const kept = [work.run(work.before?.())]
  const after = await used()
  return { heap: kept.length > 0 ? after - before : 0 }
}

for await (const line of createInterface({ input: process.stdin })) {
  const q = JSON.parse(line)
  let answer = { done: true }
  if (q.make) make(q.make)
  else if (q.read) read(q.read)
  else answer = q.run ? run(q.run) : await heap(q.heap)
  process.stdout.write(JSON.stringify(answer) + '\n')
}
