// Random edits on a Y.Doc with the roots that history.mjs declares.

import * as Y from 'yjs'

const WORDS = [
  'zażółć', 'gęślą', 'jaźń', 'Łódź', 'ąćęłńóśźż', 'abc', 'x', 'plain text here', '\u0000', 'e\u0301',
  '😀', '👩‍👩‍👧‍👦', '🏳️‍🌈', '𝒳', '🇵🇱', 'a😀b'
]
const NUMBERS = [
  0, -0, -1, 63, 64, -64, 127, 128, 2147483647, -2147483648, 4294967296, 1e21, 9007199254740991, 0.5, -1.25e-9
]

// value makes a plain value as Y.Map.set takes it.
export const value = (r, depth = 0) => {
  switch (r.below(depth > 2 ? 6 : 10)) {
    case 0: return r.below(1e9) - 5e8
    case 1: return r.float() * 1e6
    case 2: return r.chance(0.5)
    case 3: return null
    case 4: return r.pick(WORDS)
    case 5: return r.pick(NUMBERS)
    case 6: return [value(r, depth + 1), value(r, depth + 1)]
    case 7: return { a: value(r, depth + 1), ['k' + r.below(3)]: value(r, depth + 1) }
    case 8: return Array.from({ length: r.below(4) }, () => r.below(100))
    default: return r.pick(WORDS)
  }
}

const newType = r => {
  switch (r.below(4)) {
    case 0: {
      const text = new Y.Text()
      text.insert(0, r.pick(WORDS))
      return text
    }
    case 1: {
      const map = new Y.Map()
      map.set('t', value(r))
      return map
    }
    case 2: {
      const array = new Y.Array()
      array.insert(0, [value(r), value(r)])
      return array
    }
    default: return r.chance(0.3) ? newElement(r) : new Y.Map()
  }
}

const newElement = r => {
  const element = new Y.XmlElement(r.pick(['p', 'DIV', 'łącze']))
  element.setAttribute(r.pick(['class', 'id']), r.pick(WORDS))
  return element
}

const mapValue = r => {
  const p = r.float()
  if (p < 0.4) return newType(r)
  if (p < 0.47) return new Uint8Array([1, 2, r.below(256)])
  if (p < 0.5) return BigInt(r.below(1e9)) * 4294967296n
  if (p < 0.53) return undefined
  if (p < 0.56) return new Y.Doc({ guid: 'sub' + r.below(1000), meta: r.chance(0.5) ? { m: 1 } : null })
  return value(r)
}

// units is a text's content with one unit per position.
const units = text => text.toDelta().map(op => typeof op.insert === 'string' ? op.insert : '\uFFFC').join('')

const insidePair = (s, i) => {
  const c = i > 0 && i < s.length ? s.charCodeAt(i - 1) : 0
  return c >= 0xD800 && c < 0xDC00
}

// textRange picks a range that cuts no surrogate pair, unless cut is set.
const textRange = (r, text, cut, longest) => {
  const s = units(text)
  let from = r.below(s.length + 1)
  let to = Math.min(s.length, from + 1 + r.below(longest))
  if (!cut) {
    if (insidePair(s, from)) from--
    if (insidePair(s, to)) to++
  }
  return [from, to - from]
}

const editText = (r, text, cut) => {
  const p = r.float()
  const [at, length] = textRange(r, text, cut, p < 0.04 ? 1000 : 6)
  if (p < 0.35) {
    if (length > 0) text.delete(at, length)
  } else if (p < 0.5 && text.rich) {
    if (length > 0) {
      text.format(at, length, { [r.pick(['bold', 'italic', 'a'])]: r.pick([true, null, text instanceof Y.XmlText ? 1 : 'x', { href: r.pick(WORDS) }]) })
    }
  } else if (p < 0.55 && text.rich) {
    text.insertEmbed(at, r.chance(0.3) ? newType(r) : { img: r.pick(WORDS) })
  } else if (p < 0.6 && text.rich) {
    text.insert(at, r.pick(WORDS), { bold: r.pick([true, null]) })
  } else {
    text.insert(at, r.pick(WORDS))
  }
}

const editMap = (r, map) => {
  const key = r.chance(0.05) ? r.pick(WORDS) : 'c' + r.below(6)
  if (r.chance(0.25)) map.delete(key)
  else map.set(key, mapValue(r))
}

const listValue = r => {
  if (r.chance(0.3)) return newType(r)
  if (r.chance(0.05)) return new Uint8Array([r.below(256)])
  return value(r)
}

const editArray = (r, array) => {
  if (array.length > 0 && r.chance(0.35)) {
    const at = r.below(array.length)
    array.delete(at, Math.min(array.length - at, 1 + r.below(3)))
  } else {
    array.insert(r.below(array.length + 1), Array.from({ length: 1 + r.below(3) }, () => listValue(r)))
  }
}

const editXML = (r, xml) => {
  if (xml instanceof Y.XmlElement && r.chance(0.3)) {
    const name = r.pick(['class', 'id', 'title'])
    if (r.chance(0.3)) xml.removeAttribute(name)
    else xml.setAttribute(name, r.pick(WORDS))
  } else if (xml.length > 0 && r.chance(0.3)) {
    xml.delete(r.below(xml.length), 1)
  } else {
    xml.insert(r.below(xml.length + 1), [r.chance(0.5) ? newElement(r) : new Y.XmlText(r.pick(WORDS))])
  }
}

// legacyJSON inserts the content kind that yjs before 13 wrote.
const legacyJSON = (r, array) => {
  const doc = array.doc
  const right = array._start
  const id = Y.createID(doc.clientID, Y.getState(doc.store, doc.clientID))
  const content = new Y.ContentJSON([r.pick(WORDS), undefined, { n: r.below(9) }])
  Y.transact(doc, tr => {
    new Y.Item(id, null, null, right, right && right.id, array, null, content).integrate(tr, 0)
    array._searchMarker.length = 0 // the indexes it remembers have moved
  }, 'local')
}

const children = t => {
  const all = t instanceof Y.Map ? [...t.values()] : t.toArray()
  return all.filter(c => c instanceof Y.AbstractType)
}

// descend walks from a root to some nested type.
const descend = (r, t, depth = 0) => {
  if (depth > 4 || t instanceof Y.Text || t instanceof Y.XmlText) return t
  const inner = children(t)
  return inner.length > 0 && r.chance(0.7) ? descend(r, r.pick(inner), depth + 1) : t
}

// edit makes one random edit.
export const edit = (r, doc, cut) => {
  const root = r.pick(['notes', 'rich', 'cards', 'cards', 'order', 'meta', 'xml'])
  let t = doc.share.get(root)
  if (root !== 'meta') t = descend(r, t)
  t.rich = root === 'rich' || t instanceof Y.XmlText
  if (root === 'order' && t instanceof Y.Array && r.chance(0.05)) legacyJSON(r, t)
  else if (t instanceof Y.Text) editText(r, t, cut)
  else if (t instanceof Y.Map) editMap(r, t)
  else if (t instanceof Y.Array) editArray(r, t)
  else editXML(r, t)
}
