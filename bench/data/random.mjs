// Seeded randomness: the same seed gives the same data on every machine.

/** Numbers in [0, 1), one after another (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export const integer = (random, from, to) => from + Math.floor(random() * (to - from + 1))

export const pick = (random, list) => list[Math.floor(random() * list.length)]

export const chance = (random, probability) => random() < probability

/** `count` different elements, in random order. */
export function sample(random, list, count) {
  const left = [...list]
  return Array.from({ length: Math.min(count, left.length) }, () =>
    left.splice(Math.floor(random() * left.length), 1)[0],
  )
}

/** RFC 4122 shape, version 4; random enough to be unique in a data set. */
export function uuid(random) {
  const hex = Array.from({ length: 32 }, () => integer(random, 0, 15).toString(16))
  hex[12] = '4'
  hex[16] = pick(random, ['8', '9', 'a', 'b'])
  const text = hex.join('')
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-')
}
