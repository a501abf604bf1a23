// Cases chosen by hand, where implementations go wrong: each gives the updates of
// its documents in causal order.

import * as Y from 'yjs'
import { follower, open } from './history.mjs'
import { view } from './view.mjs'

const encode = bytes => Buffer.from(bytes).toString('base64')

// Pen is some documents whose updates are logged; sync brings all to all.
class Pen {
  constructor (...ids) {
    this.log = []
    this.docs = (ids.length > 0 ? ids : [1, 2, 3]).map(id => open(true, id))
    for (const doc of this.docs) doc.on('update', (u, origin) => { if (origin !== 'remote') this.log.push(u) })
  }

  sync () {
    for (const a of this.docs) for (const b of this.docs) if (a !== b) Y.applyUpdate(b, Y.encodeStateAsUpdate(a, Y.encodeStateVector(b)), 'remote')
  }
}

const cases = {
  'surrogate pairs at every edge': p => {
    const [a, b] = p.docs.map(d => d.getText('notes'))
    a.insert(0, '😀😀x😀')
    p.sync()
    a.insert(2, 'ż')
    b.insert(4, '🇵🇱')
    a.delete(0, 2)
    b.delete(2, 2)
    p.sync()
    a.insert(a.length, '𝒳')
    b.insert(0, '😀')
    a.format(1, 2, { bold: true })
  },
  'empty strings and empty everything': p => {
    const [d] = p.docs
    d.getText('notes').insert(0, '')
    d.getMap('meta').set('', '')
    d.getMap('meta').set('e', {})
    d.getMap('meta').set('a', [])
    d.getMap('meta').set('b', new Uint8Array(0))
    d.getArray('order').insert(0, ['', [], {}, new Y.Map(), new Y.Array(), new Y.Text(), new Y.Text('')])
    d.getXmlFragment('xml').insert(0, [new Y.XmlText(''), new Y.XmlElement('')])
    d.getText('rich').applyDelta([{ insert: 'x', attributes: {} }, { insert: { } }])
  },
  'numbers at every edge': p => {
    const n = [0, -0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 32, 2 ** 53 - 1,
      2 ** 53, -(2 ** 53), 0.1, 1 / 3, 16777217, 1.5, 1e-320, 5e-324, 1.7976931348623157e308]
    const big = [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n)]
    p.docs[0].getArray('order').insert(0, [...n, big])
    for (const v of [...n, ...big]) p.docs[0].getMap('meta').set('n' + v, v)
  },
  'undefined, null and bytes inside of values': p => {
    const v = { u: undefined, n: null, deep: [[[undefined, { x: [null, true, false, ''] }]]], b: new Uint8Array([0, 255]), 'ż😀': 1n }
    p.docs[0].getMap('meta').set('v', v)
    p.docs[0].getMap('meta').set('u', undefined)
    p.docs[0].getArray('order').insert(0, [null, v, [undefined], new Uint8Array([1])])
  },
  'client ids of 53 bits': p => {
    p.docs.forEach((d, i) => d.getText('notes').insert(0, 'id ' + i))
    p.sync()
    p.docs.forEach(d => d.getMap('meta').set('k', String(d.clientID)))
    p.sync()
    p.docs[1].getText('notes').delete(2, 5)
  },
  'attributes that are null, objects and numbers': p => {
    const [a, b] = p.docs.map(d => d.getText('rich'))
    a.insert(0, 'abcdef', { bold: null })
    a.insert(3, 'XY', { bold: true, href: { url: 'x', n: [1, null] }, size: 1.5 })
    p.sync()
    a.format(1, 5, { bold: true })
    b.format(2, 5, { bold: null, size: 2 })
    p.sync()
    b.format(0, b.length, { bold: null, href: null, size: null })
    a.insert(4, 'q', { italic: '' })
    p.sync()
  },
  'embeds beside text and formats': p => {
    const [a, b] = p.docs.map(d => d.getText('rich'))
    a.insertEmbed(0, { image: 'x.png' })
    a.insertEmbed(1, { f: null, g: [1, { h: '' }] }, { bold: true })
    a.insert(1, 'mid')
    p.sync()
    b.insertEmbed(2, new Y.Map([['in', 'map']]), { a: 1 })
    a.delete(0, 2)
    a.setAttribute('lang', 'pl')
    b.setAttribute('lang', null)
    p.sync()
    b.removeAttribute('lang')
  },
  'parents deleted under those who write in them': p => {
    const [a, b, c] = p.docs
    a.getMap('cards').set('card', new Y.Map([['text', new Y.Text('stays?')], ['list', Y.Array.from([1, 2])]]))
    p.sync()
    a.getMap('cards').delete('card')
    b.getMap('cards').get('card').get('text').insert(3, 'late')
    b.getMap('cards').get('card').set('new', new Y.Map([['deep', new Y.Array()]]))
    b.getMap('cards').get('card').get('new').get('deep').push(['x'])
    c.getMap('cards').set('card', new Y.Map())
    c.getMap('cards').get('card').set('text', 'other')
    p.sync()
    b.getMap('cards').get('card')?.set('after', 1)
  },
  'one key, three writers, values and types': p => {
    p.docs.forEach((d, i) => d.getMap('meta').set('k', i === 1 ? new Y.Array() : i))
    p.sync()
    p.docs.forEach((d, i) => { d.getMap('meta').delete('k'); if (i > 0) d.getMap('meta').set('k', new Y.Text('t' + i)) })
    p.sync()
    p.docs[2].getMap('meta').set('k', null)
  },
  'what was moved by deleting and inserting': p => {
    const [a, b] = p.docs.map(d => d.getArray('order'))
    a.insert(0, [1, 2, new Y.Map([['id', 'm']]), 4, 5])
    p.sync()
    const moved = a.get(2).clone()
    a.delete(2)
    a.insert(0, [moved])
    b.get(2).set('id', 'changed')
    b.delete(2)
    b.insert(4, ['m'])
    p.sync()
  },
  'XML with attributes, nesting, formats and hooks': p => {
    const [a, b] = p.docs.map(d => d.getXmlFragment('xml'))
    const el = new Y.XmlElement('section')
    el.setAttribute('data-x', 'ż"<>&')
    el.insert(0, [new Y.XmlText('bold'), new Y.XmlElement('br'), new Y.XmlHook('hook')])
    a.insert(0, [el, new Y.XmlText('tail')])
    p.sync()
    a.get(0).get(0).format(1, 2, { b: {}, i: { class: 'x' } })
    b.get(0).setAttribute('data-x', '2')
    b.get(0).removeAttribute('data-x')
    b.get(1).insert(4, '😀', { u: {} })
    b.insertAfter(b.get(0), [new Y.XmlElement('P')])
    a.delete(0, 1)
    p.sync()
  },
  subdocuments: p => {
    const [a, b] = p.docs
    a.getMap('meta').set('s', new Y.Doc({ guid: 'żółw', meta: { a: [1, null] }, autoLoad: true }))
    a.getArray('order').insert(0, [new Y.Doc({ guid: '' }), new Y.Doc({ guid: 'g', gc: false, shouldLoad: false })])
    p.sync()
    b.getMap('meta').set('s', new Y.Doc({ guid: 'second' }))
    b.getArray('order').delete(0)
    p.sync()
  },
  'undo and redo across others\' edits': p => {
    const [a, b] = p.docs
    const undo = new Y.UndoManager([a.getText('notes'), a.getMap('cards'), a.getArray('order')], { captureTimeout: 0 })
    a.getText('notes').insert(0, 'one two')
    a.getMap('cards').set('c', new Y.Map([['t', new Y.Text('x')]]))
    p.sync()
    a.getText('notes').delete(0, 4)
    b.getText('notes').insert(4, 'three ')
    b.getMap('cards').get('c').get('t').insert(1, 'y')
    p.sync()
    undo.undo()
    undo.undo()
    p.sync()
    undo.redo()
    a.getArray('order').insert(0, [1, 2, 3])
    a.getArray('order').delete(1)
    undo.undo()
    undo.undo()
    undo.redo()
    p.sync()
  },
  'runs of equal things, for format V2': p => {
    const [a] = p.docs
    a.transact(() => { for (let i = 0; i < 300; i++) a.getMap('meta').set('k' + (i % 2), i % 3 === 0 ? null : i) })
    for (let i = 0; i < 200; i++) a.getText('notes').insert(i % 2 ? 0 : a.getText('notes').length, 'a')
    for (let i = 0; i < 100; i++) a.getText('notes').delete(i, 1)
    a.getArray('order').insert(0, Array.from({ length: 500 }, (_, i) => i < 250 ? 7 : 'same'))
  }
}

// one is a case with what yjs makes of it: the document, the formats, updates
// merged with gaps between them, and differences to state vectors that know of
// strangers and of the future.
const one = (name, make) => {
  const p = name.includes('53 bits') ? new Pen(2 ** 53 - 1, 2 ** 52, 2 ** 32) : new Pen()
  make(p)
  const doc = follower(true)
  p.log.forEach(u => Y.applyUpdate(doc, u))
  const state = Y.encodeStateAsUpdate(doc)
  const v2 = Y.encodeStateAsUpdateV2(doc)
  const gaps = Y.mergeUpdates(p.log.filter((_, i) => i % 3 !== 1))
  const clocks = new Map(Y.decodeStateVector(Y.encodeStateVector(doc)))
  clocks.forEach((clock, id) => clocks.set(id, id % 2 === 0 ? clock + 1000 : clock >> 1))
  clocks.set(2 ** 53 - 2, 5)
  const strange = Y.encodeStateVector(clocks)
  return {
    name,
    log: p.log.map(encode),
    view: JSON.stringify(view(doc)),
    state: encode(state),
    vector: encode(Y.encodeStateVector(doc)),
    v2: encode(v2),
    rows: encode(Y.convertUpdateFormatV2ToV1(v2)),
    gaps: encode(gaps),
    strange: encode(strange),
    future: encode(Y.encodeStateAsUpdate(doc, strange)),
    diff: encode(Y.diffUpdate(gaps, strange))
  }
}

export const chosen = () => Object.entries(cases).map(([name, make]) => one(name, make))
