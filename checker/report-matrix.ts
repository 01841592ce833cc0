import type { System } from './define/system.ts'

const familyOf = (cell: string): string => cell.split('.')[0]!

/**
 * Which rule sees (`r`) and which sends to (`w`) which family of cells, as a Markdown table: the footprints of a system
 * on one page. A family is the first word of a cell's name.
 */
export function ruleCellMatrix(system: System): string {
  const families = [...new Set(system.cells.map((cell) => familyOf(cell.name)))]
  const rows = system.rules.flatMap((rule) => {
    const steps = system.steps.filter((step) => step.rule === rule)
    if (steps.length === 0) return []
    const [sees, sends] = [new Set<string>(), new Set<string>()]
    for (const step of steps)
      for (const [position, cell] of step.shape.cells.entries())
        (position < step.receivers ? sends : sees).add(familyOf(system.cells[cell]!.name))
    const marks = families.map((family) => `${sees.has(family) ? 'r' : ''}${sends.has(family) ? 'w' : ''}` || ' ')
    return [`| \`${rule.name}\`${rule.kind === 'environment' ? ' ~' : ''} | ${marks.join(' | ')} |`]
  })
  return [`| rule | ${families.join(' | ')} |`, `|---|${families.map(() => ':-:|').join('')}`, ...rows].join('\n')
}
