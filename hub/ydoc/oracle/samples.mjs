// Prints updates of every kind, one in hexadecimal a line: the seeds of the
// fuzz targets. Made with: node samples.mjs > ../testdata/updates.hex

import { make } from './history.mjs'

for (const seed of [1, 2, 5, 9, 33]) {
  for (const update of make(seed).log.slice(0, 60)) console.log(Buffer.from(update).toString('hex'))
  console.log('')
}
