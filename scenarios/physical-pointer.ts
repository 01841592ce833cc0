import { scenario } from '../checker/index.ts'
import { ownershipDesigns } from './physical-pointer/ownership.ts'
import { reviewDesigns } from './physical-pointer/review.ts'
import { sharingDesigns } from './physical-pointer/sharing.ts'
import { snapshotDesigns } from './physical-pointer/snapshot.ts'
import { build, knobs } from './physical-pointer/world.ts'

export const physicalPointers = scenario({
  name: 'physical-pointer',
  story:
    'Two cores of VTL1 copy to and from memory of the normal world through physical pointers: each access maps a ' +
    'frame, copies in two parts, and unmaps. Can a copy ever touch what Rust allocated, or another frame than its own? ' +
    'Does it keep its mapping while it lasts? The knobs are independent, so that what PR #817, its review and the ' +
    'sources since propose can be crossed. Left out: task page tables, several frames to a pointer, store buffers ' +
    '(a page-table store that is seen after the load of the mask), data, and what the frames may be used for in VTL0.',
  knobs,
  sizes: { small: { world: 'least' }, full: { world: 'two-of-each' } },
  designs: { ...snapshotDesigns, ...reviewDesigns, ...sharingDesigns, ...ownershipDesigns },
  build,
})
