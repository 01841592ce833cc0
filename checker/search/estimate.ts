/** How many states a search will have found when it is done, and between which numbers four times in five. */
export interface Estimate {
  readonly states: number
  readonly low: number
  readonly high: number
}

/** Which parts of the levels known so far are looked at: the last third, half of them, …; never fewer than `fewest`. */
const parts = [0.3, 0.45, 0.65, 0.9]
const fewest = 6
/** So many of the parts must bend down, and the range must not be wider than this factor; else there is no basis. */
const agreeing = 3
const widest = 10
/** What the least and the greatest forecast are divided and multiplied by; set on recorded searches, see the test. */
const margin = { low: 2, high: 3 }
/** A logarithm of level sizes that bends by less than this a level is not taken to bend. */
const leastBend = 0.002
const mostLevels = 5000

/**
 * Forecasts a breadth-first search from the sizes of its levels, the one being expanded included. Levels of most
 * searches grow, slower and slower, and shrink again: the logarithm of their sizes is about a parabola. One is fitted to
 * several parts of the last levels and followed until a level is empty. Where the parts disagree, or some bend upwards,
 * nothing can be said yet. `found` counts the states found so far, some of the next level among them. A second mountain that lies behind the first is not foreseen by this or any such forecast.
 */
export function estimateTotal(levels: readonly number[], found = 0): Estimate | undefined {
  const known = levels.reduce((sum, size) => sum + size, 0)
  const lengths = parts.map((part) => Math.max(fewest, Math.floor(levels.length * part)))
  const rests = lengths
    .filter((length) => length <= levels.length)
    .map((length) => restAfter(levels.slice(-length)))
    .filter((rest) => rest !== undefined)
    .sort((a, b) => a - b)
  if (rests.length < agreeing) return undefined
  const low = known + rests[0]! / margin.low
  const high = known + rests.at(-1)! * margin.high + levels.at(-1)!
  if (high > low * widest) return undefined
  const among = (total: number): number => Math.round(Math.max(total, found))
  return { states: among(known + rests[rests.length >> 1]!), low: among(low), high: among(high) }
}

/** The states of all levels to come, if the logarithms of sizes go on along a parabola; undefined where it bends upwards. */
function restAfter(sizes: readonly number[]): number | undefined {
  const { length } = sizes
  const logs = sizes.map(Math.log)
  // Least squares over positions counted from the middle, against 1, x and x² less its mean, which are orthogonal.
  const positions = logs.map((_, at) => at - (length - 1) / 2)
  const meanSquare = positions.reduce((sum, x) => sum + x * x, 0) / length
  const bends = positions.map((x) => x * x - meanSquare)
  const along = (basis: readonly number[]): number =>
    basis.reduce((sum, value, at) => sum + value * logs[at]!, 0) / basis.reduce((sum, value) => sum + value * value, 0)
  const [slope, bend] = [along(positions), along(bends)]
  if (-2 * bend <= leastBend) return undefined
  const last = (length - 1) / 2
  let [rest, size, growth] = [0, logs.at(-1)!, slope + bend * (2 * last + 1)]
  for (let level = 0; level < mostLevels; level++) {
    size += growth
    growth += 2 * bend
    if (size < 0) break
    rest += Math.exp(size)
  }
  return rest
}
