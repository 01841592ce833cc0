/** Text as Markdown shows it, on one line: nothing in it is taken for markup, HTML, or the end of a table's cell. */
export const markdown = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]|~#!]/g, '\\$&')

/** Lines as they are, in a fence that nothing in them closes. */
export function fenced(lines: readonly string[]): string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => line.match(/`+/g) ?? []).map((ticks) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return [fence, ...lines, fence]
}
