import { expect, test } from 'vitest'
import { type LitmusTest, litmus, litmusTests } from '../../scenarios/litmus.ts'
import { outcomesOf } from './outcomes.ts'

type Name = keyof typeof litmusTests

const eitherOrBoth = ['r0=0 r1=1', 'r0=1 r1=0', 'r0=1 r1=1']
const bits = ['0', '1']
const fourBits = bits.flatMap((a) => bits.flatMap((b) => bits.flatMap((c) => bits.map((d) => `r0=${a} r1=${b} r2=${c} r3=${d}`))))

/** What interleavings explain, and what x86-TSO allows beyond it, by hand and by the literature. */
const expected: Readonly<Record<Name, { readonly sc: readonly string[]; readonly tsoAdds: readonly string[] }>> = {
  sb: { sc: eitherOrBoth, tsoAdds: ['r0=0 r1=0'] },
  'sb-fences': { sc: eitherOrBoth, tsoAdds: [] },
  'sb-one-fence': { sc: eitherOrBoth, tsoAdds: ['r0=0 r1=0'] },
  'sb-exchanges': { sc: eitherOrBoth, tsoAdds: [] },
  'sb-exchanges-as-fences': { sc: eitherOrBoth, tsoAdds: [] },
  'sb-one-exchange': { sc: eitherOrBoth, tsoAdds: ['r0=0 r1=0'] },
  'sb-forwarding': {
    sc: ['r0=1 r1=0 r2=1 r3=1', 'r0=1 r1=1 r2=1 r3=0', 'r0=1 r1=1 r2=1 r3=1'],
    tsoAdds: ['r0=1 r1=0 r2=1 r3=0'],
  },
  n6: { sc: ['r0=1 r1=0 x=2', 'r0=1 r1=2 x=1', 'r0=1 r1=2 x=2', 'r0=2 r1=2 x=2'], tsoAdds: ['r0=1 r1=0 x=1'] },
  mp: { sc: ['r0=0 r1=0', 'r0=0 r1=1', 'r0=1 r1=1'], tsoAdds: [] },
  lb: { sc: ['r0=0 r1=0', 'r0=0 r1=1', 'r0=1 r1=0'], tsoAdds: [] },
  iriw: { sc: fourBits.filter((outcome) => outcome !== 'r0=1 r1=0 r2=1 r3=0'), tsoAdds: [] },
  r: { sc: ['r0=0 y=1', 'r0=1 y=1', 'r0=1 y=2'], tsoAdds: ['r0=0 y=2'] },
  '2-plus-2w': { sc: ['x=1 y=2', 'x=2 y=1', 'x=2 y=2'], tsoAdds: [] },
}

const outcomes = (name: Name, memory: 'sc' | 'tso'): readonly string[] => {
  const { programs, relaxed }: LitmusTest = litmusTests[name]
  const lines = Object.fromEntries(Object.entries(programs).map(([core, program]) => [core, program.length]))
  return outcomesOf(litmus.build({ test: name, memory }), lines, Object.keys(relaxed))
}

test.each(Object.entries(expected))('%s has exactly the outcomes of its memory order', (name, { sc, tsoAdds }) => {
  expect(outcomes(name as Name, 'sc')).toEqual(sc)
  expect(outcomes(name as Name, 'tso')).toEqual([...sc, ...tsoAdds].sort())
})
