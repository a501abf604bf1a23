// Prints updates of every kind, one in hexadecimal a line: the seeds of the fuzz
// targets. Made with: node samples.mjs > ../testdata/updates.hex, and in format V2
// with: node samples.mjs v2 > ../testdata/v2.hex

import * as Y from 'yjs'
import { make } from './history.mjs'

const v2 = process.argv[2] === 'v2'
const print = update => console.log(Buffer.from(update).toString('hex'))

for (const seed of [1, 2, 5, 9, 33]) {
  const h = make(seed)
  if (v2) {
    h.log.slice(0, 12).forEach(update => print(Y.convertUpdateFormatV1ToV2(update)))
    print(Y.encodeStateAsUpdateV2(h.server))
  } else {
    h.log.slice(0, 60).forEach(print)
    console.log('')
  }
}
