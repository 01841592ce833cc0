import { cell, finalWhen, type System, scenario, system } from '../checker/index.ts'
import { kernelCode, kernelFault, kernelStackRecord, threadFlag } from '../model/memory/kernel-fault.ts'
import { type KernelFaultDesign, type KernelFaultWorld, kernelFaultRules } from '../model/memory/kernel-fault-rules.ts'
import { kernelFaultProperties } from '../properties/kernel-fault.ts'
import { kernelFaultDesigns } from './kernel-fault/designs.ts'

const knobs = {
  /** Which context a fault in the kernel uses: the recorded one, only if the flag is set, or none. */
  context: ['recorded', 'flagged', 'none'],
  /** What becomes of the record of the stack when a thread ends. */
  record: ['kept', 'zeroed'],
  /** Whether each core has a flag of its own. */
  flag: ['per-core', 'shared'],
  /** What an entering thread does first: record its stack, or set the flag. */
  entry: ['record-first', 'flag-first'],
  /** What a thread that ends does first, or whether it clears the flag at all. */
  exit: ['flag-first', 'pop-first', 'flag-kept'],
  /** A debug build asserts that no copy faults. */
  build: ['release', 'debug'],
  /** Where a copy may fault. */
  faults: ['in-copies', 'anywhere'],
  cores: [2, 3],
} as const

function build(knobs: KernelFaultDesign & { readonly cores: number }): System {
  const cores = Array.from({ length: knobs.cores }, (_, at) => `cpu${at}`)
  const world: KernelFaultWorld = {
    cores,
    code: (core) => cell(`code.${core}`, kernelCode),
    record: (core) => cell(`record.${core}`, kernelStackRecord),
    flag: (core) => cell(knobs.flag === 'shared' ? 'flag' : `flag.${core}`, threadFlag),
    fault: (core) => cell(`fault.${core}`, kernelFault),
  }
  const flags = knobs.flag === 'shared' ? [world.flag('any')] : cores.map(world.flag)
  return system({
    cells: [
      ...cores.flatMap((core) => [world.code(core), world.record(core), world.fault(core)]),
      ...(knobs.context === 'flagged' ? flags : []),
    ],
    rules: kernelFaultRules(world, knobs),
    properties: kernelFaultProperties(world, knobs),
    final: finalWhen(
      { core: cores },
      {
        reads: ({ core }) => ({ code: world.code(core) }),
        holds: ({ code }) => code.value === 'decoding' || code.value === 'stopped',
      },
    ),
  })
}

export const kernelFaults = scenario({
  name: 'kernel-fault',
  story:
    'Cores of VTL1 decode calls, run threads of trusted applications, and fault in their own code: in a copy whose page ' +
    'a peer has unmapped, or on a page that the running thread has yet to get. Does the handler find a context that is ' +
    'alive, and does the fault end as an error of the copy? Left out: faults in user mode, and what the shim locks.',
  knobs,
  sizes: { small: { cores: 2 }, full: { cores: 3 } },
  designs: kernelFaultDesigns,
  build,
})
