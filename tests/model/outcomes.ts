import { explorePlainly, type Local, type System } from '../../checker/index.ts'

/**
 * The outcomes of a litmus test: the named registers and words in every state in which all programs have ended and all
 * stores have reached memory, as sorted texts such as `r0=0 r1=1`.
 */
export function outcomesOf(system: System, lines: Readonly<Record<string, number>>, names: readonly string[]): readonly string[] {
  const outcomes = new Set<string>()
  for (const text of explorePlainly(system).texts) {
    const seen: Record<string, unknown> = {}
    let ended = true
    for (const [at, line] of text.split('\n').entries()) {
      const { name } = system.cells[at]!
      const { value, context }: Local = JSON.parse(line)
      const { line: reached, registers, value: held } = context as { line?: number; registers?: object; value?: number }
      if (name.startsWith('storeBuffer.')) ended &&= value === 'empty'
      else if (name.startsWith('word.')) seen[name.slice('word.'.length)] = held
      else {
        ended &&= reached === lines[name]
        Object.assign(seen, registers)
      }
    }
    if (ended) outcomes.add(names.map((each) => `${each}=${seen[each]}`).join(' '))
  }
  return [...outcomes].sort()
}
