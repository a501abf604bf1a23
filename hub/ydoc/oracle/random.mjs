// Seeded randomness, so that every history can be made again from its seed.

export class Random {
  constructor (seed) {
    this.state = (Math.imul(seed, 7919) + 13) >>> 0
  }

  // mulberry32
  float () {
    this.state = (this.state + 0x6D2B79F5) | 0
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  below (n) { return Math.floor(this.float() * n) }
  chance (p) { return this.float() < p }
  pick (list) { return list[this.below(list.length)] }
}
