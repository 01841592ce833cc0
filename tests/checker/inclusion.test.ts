import { describe, expect, test } from 'vitest'
import { inclusion } from '../../checker/compare/inclusion.ts'
import { choiceOf, Explorer } from '../../checker/index.ts'
import { lockScenario } from '../cli/toy.ts'

const search = (design: string, release = 'once'): Explorer => {
  const { knobs } = choiceOf(lockScenario, design, 'small', { release })
  return new Explorer(lockScenario.build(knobs)).run()
}

/** Every sequence of up to `length` visible steps that a search has, the plain way. */
function wordsOf(explorer: Explorer, isVisible: (label: string) => boolean, length: number): Set<string> {
  const { steps } = explorer.compiled.system
  const words = new Set<string>()
  const seen = new Set<string>()
  const go = (state: number, word: readonly string[]): void => {
    const key = `${state} ${word.join(' ')}`
    if (seen.has(key)) return
    seen.add(key)
    words.add(word.join(' '))
    const edges: [label: string, to: number][] = []
    explorer.successors(state, (step, to) => edges.push([steps[step]!.label, to]))
    for (const [label, to] of edges)
      if (!isVisible(label)) go(to, word)
      else if (word.length < length) go(to, [...word, label])
  }
  go(0, [])
  return words
}

describe('behaviours of one design among those of another', () => {
  const sides = ['atomic', 'racing', 'forgetful', 'shy', 'spinning'].map((design) => [design, search(design)] as const)
  const alphabets = {
    all: () => true,
    'what goes in and out': (label: string) => /^core\.(acquire|seize|leave)/.test(label),
    'one core': (label: string) => label.endsWith('(cpu0)'),
    nothing: () => false,
  }
  for (const [name, isVisible] of Object.entries(alphabets))
    test(`are found as by listing them: ${name}`, () => {
      const length = 5
      const words = new Map(sides.map(([design, explorer]) => [design, wordsOf(explorer, isVisible, length)]))
      for (const [design, one] of sides)
        for (const [twin, other] of sides) {
          const missing = [...words.get(design)!].filter((word) => !words.get(twin)!.has(word))
          const extra = missing.map((word) => word.split(' '))
          const found = inclusion(one, other, isVisible, 100_000)
          if (found.kind === 'extra') {
            expect(found.visible).toEqual(found.steps.filter(isVisible))
            if (found.visible.length <= length) expect(extra).toContainEqual(found.visible)
            expect(Math.min(...extra.map((word) => word.length), length + 1)).toBe(Math.min(found.visible.length, length + 1))
          } else expect([design, twin, found.kind, extra]).toEqual([design, twin, 'included', []])
        }
    })

  test('are left undecided after too many pairs', () => {
    expect(inclusion(search('atomic'), search('atomic'), () => true, 3)).toMatchObject({ kind: 'undecided' })
  })
})
