import { writeFileSync } from 'node:fs'
import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { type Entry, median } from './contest.ts'

/** Draws time and memory against states, for every explorer, as one SVG. */
export async function plot(all: readonly Entry[], file: string): Promise<void> {
  const values = all.flatMap(({ contender, rounds, subject }) => {
    const known = rounds.flatMap(({ buffers }) => (buffers === undefined ? [] : [buffers]))
    const common = { explorer: contender, subject, states: rounds[0]!.states }
    return [
      { ...common, figure: 'seconds in the search', value: median(rounds.map(({ search }) => search)) },
      ...(known.length === 0 ? [] : [{ ...common, figure: 'MiB of buffers', value: median(known) / 2 ** 20 }]),
    ]
  })
  const chart = (figure: string): object => ({
    title: figure,
    transform: [{ filter: { field: 'figure', equal: figure } }],
    width: 360,
    height: 280,
    mark: { type: 'point', filled: true, size: 60 },
    encoding: {
      x: { field: 'states', type: 'quantitative', scale: { type: 'log' }, title: 'states' },
      y: { field: 'value', type: 'quantitative', scale: { type: 'log' }, title: figure },
      color: { field: 'explorer', type: 'nominal', title: 'explorer' },
      shape: { field: 'explorer', type: 'nominal', title: 'explorer' },
    },
  })
  const specification: object = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    data: { values },
    hconcat: [chart('seconds in the search'), chart('MiB of buffers')],
  }
  const view = new View(parse(compile(specification as TopLevelSpec).spec), { renderer: 'none' })
  writeFileSync(file, `${await view.toSVG()}\n`)
}
