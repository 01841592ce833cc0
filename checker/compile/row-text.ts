/* JavaScript text about rows, for the generated loops. */

export const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at)

/** Statements that set `h` to the hash of the words that `name` gives. */
export const hashText = (words: number, name: (word: number) => string): string =>
  `${range(words)
    .map((word) =>
      word === 0
        ? `let h = Math.imul(${name(0)}, 0x9E3779B1);`
        : `h = Math.imul((h ^ (h >>> 15)) + ${name(word)} | 0, 0x85EBCA6B);`,
    )
    .join(' ')} h = Math.imul(h ^ (h >>> 16), 0x9E3779B1); h ^= h >>> 13;`

/** Whether the words that `name` gives are those of the row at `b`. */
export const sameText = (words: number, name: (word: number) => string): string =>
  range(words)
    .map((word) => `rows[b + ${word}] === ${name(word)}`)
    .join(' && ')
