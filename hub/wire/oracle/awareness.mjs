// Plays a scenario of awareness on y-protocols. In: JSON, a list of scenarios,
// each {peers, steps}. Out: for each step what changed, and what the table says.

import { readFileSync } from 'node:fs'

// The protocol reads the clock and sets its timer where it is loaded.
let now = 1e6
const timers = []
Date.now = () => now
globalThis.setInterval = f => timers.push(f)
globalThis.clearInterval = () => {}
const { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, modifyAwarenessUpdate, removeAwarenessStates } =
  await import('y-protocols/awareness')

const open = clientID => {
  const a = new Awareness({ clientID, on () {} })
  a.tick = timers.at(-1)
  a.seen = { added: [], removed: [], updated: [], changed: [] }
  const note = (list, ids) => a.seen[list].push(...ids)
  a.on('update', ({ added, updated, removed }) => { note('added', added); note('updated', updated); note('removed', removed) })
  a.on('change', ({ updated }) => note('changed', updated))
  return a
}

const steps = {
  local: (peers, s) => peers[s.at].setLocalState(s.state),
  send: (peers, s) => {
    const from = peers[s.from]
    const clients = s.clients.filter(c => from.meta.has(c))
    let message = encodeAwarenessUpdate(from, clients)
    if (s.rename) message = modifyAwarenessUpdate(message, state => state && { ...state, name: s.rename })
    applyAwarenessUpdate(peers[s.at], message, 'remote')
  },
  remove: (peers, s) => removeAwarenessStates(peers[s.at], s.clients, 'gone'),
  wait: (peers, s) => {
    now += s.ms
    peers[s.at].tick()
  }
}

const play = scenario => {
  const peers = scenario.peers.map(open)
  return scenario.steps.map(s => {
    const a = peers[s.at]
    for (const list of Object.values(a.seen)) list.length = 0
    steps[s.do](peers, s)
    const change = Object.fromEntries(Object.entries(a.seen).map(([k, ids]) => [k, [...ids].sort((x, y) => x - y)]))
    const known = [...a.meta.keys()].sort((x, y) => x - y)
    return { ...change, table: Buffer.from(encodeAwarenessUpdate(a, known)).toString('base64') }
  })
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(play)))
