/** A count with its thousands apart: `10,340,352`. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

/** `1 step`, `2 steps`. */
export const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`

/** Each line moved to the right. */
export const indented = (lines: readonly string[], by = 2): string[] =>
  lines.map((line) => (line === '' ? '' : ' '.repeat(by) + line))

/** A paragraph broken at spaces so that no line is longer than `width`, where its words allow. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** What a shell needs around a word to hand it on unchanged. */
export const shellWord = (word: string): string => (/^[\w.,+=:@/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
