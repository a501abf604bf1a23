// A document as plain JSON with nothing lost: deltas instead of bare text, and
// names for what JSON lacks. The Go side of the test builds the same.

import * as Y from 'yjs'

export const plain = v => {
  if (typeof v === 'string') return v.toWellFormed() // Go has no half pairs
  if (v === undefined) return { $: 'undefined' }
  if (typeof v === 'bigint') return { $: 'bigint', n: v.toString() }
  if (v instanceof Uint8Array) return { $: 'bytes', b: Buffer.from(v).toString('base64') }
  if (v instanceof Y.Doc) return { $: 'doc', guid: v.guid }
  if (v instanceof Y.AbstractType) return viewType(v)
  if (Array.isArray(v)) return v.map(plain)
  if (v !== null && typeof v === 'object') return entries(Object.entries(v))
  return v
}

const entries = list => Object.fromEntries(
  list.map(([k, v]) => [k, plain(v)]).sort((a, b) => a[0] < b[0] ? -1 : 1)
)

// markup is null where yjs throws: at null and undefined among the children.
const markup = t => {
  try {
    return t.toString().toWellFormed()
  } catch {
    return null
  }
}

const viewType = t => {
  if (t instanceof Y.Text) {
    const delta = t.toDelta().map(op => op.attributes
      ? { insert: plain(op.insert), attributes: plain(op.attributes) }
      : { insert: plain(op.insert) })
    return { $: 'text', length: t.length, delta, text: markup(t) }
  }
  if (t instanceof Y.XmlElement) {
    return { $: 'element', name: t.nodeName, attributes: plain(t.getAttributes()), children: t.toArray().map(plain), xml: markup(t) }
  }
  if (t instanceof Y.XmlFragment) return { $: 'fragment', children: t.toArray().map(plain), xml: markup(t) }
  if (t instanceof Y.Array) return { $: 'array', length: t.length, values: t.toArray().map(plain) }
  return { $: 'map', entries: entries([...t.entries()]) }
}

// view returns the roots that history.mjs declares.
export const view = doc => entries(
  ['cards', 'order', 'meta', 'notes', 'rich', 'xml'].map(name => [name, doc.share.get(name)])
)
