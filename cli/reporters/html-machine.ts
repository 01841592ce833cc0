import { instance, type Viz } from '@viz-js/viz'
import type { AnyStateMachine } from 'xstate'
import { dotText } from '../report/dot.ts'

let graphviz: Promise<Viz> | undefined

/** A machine as SVG that can stand in a page beside others: without a prologue, without ids, with a name. */
export async function machineSvg(machine: AnyStateMachine): Promise<string> {
  graphviz ??= instance()
  const viz = await graphviz
  const svg = viz.renderString(dotText(machine).join('\n'), { format: 'svg', engine: 'dot' })
  const label = machine.id.replace(/[^\w .-]/g, '_')
  return svg
    .slice(svg.indexOf('<svg'))
    .replace(/<!--[\s\S]*?-->\n?/g, '')
    .replace(/ id="[^"]*"/g, '')
    .replace('<svg', `<svg role="img" aria-label="State diagram of ${label}"`)
}
