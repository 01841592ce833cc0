import { scenario } from '../checker/index.ts'
import { startingDesigns } from './shootdown/starting.ts'
import { taskDesigns } from './shootdown/task-pages.ts'
import { windowDesigns } from './shootdown/windows.ts'
import { build, knobs } from './shootdown/world.ts'

export const shootdown = scenario({
  name: 'shootdown',
  story:
    'VTL0 calls cores into VTL1 and they leave it again. One of them takes mappings away and has those cores flushed that ' +
    'have set their bit in a mask. Does every core that goes to work in VTL1 forget? The mask is read while cores come ' +
    'and go, and while the stores to the page-table entries may still wait in a store buffer: a page walk reads memory ' +
    'and never a buffer, a plain load of the mask waits for nothing, an update of the mask is a locked instruction. How ' +
    'long a store may wait is bounded by nothing in the architecture; in practice it is far less than an entry takes. ' +
    'Several verdicts depend on what an entry into VTL1 does to the TLB, which is a knob, since LiteBox assumes it of ' +
    'the hypervisor. Left out: writes, permissions, page-table pages, a second caller, and which table a core has loaded.',
  knobs,
  sizes: { small: { cores: 2, pages: 1 }, full: { cores: 3, pages: 2 } },
  designs: { ...taskDesigns, ...windowDesigns, ...startingDesigns },
  build,
})
