// Medians.

/** What rounds of load come to. */
export function medianOf(results) {
  const of = (field) => median(results.map((result) => result[field]))
  const speeds = results.map(({ perSecond }) => perSecond)
  return {
    perSecond: of('perSecond'),
    slowest: Math.min(...speeds),
    fastest: Math.max(...speeds),
    p50: of('p50'),
    p99: of('p99'),
    clientCore: of('clientCore'),
  }
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
