import { setup } from 'xstate'
import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { ForeignWindows } from './foreign-windows.ts'
import { isDue, type VmapDesign } from './vmap.ts'

/*
 * `VmapManager::protect`, which is to keep the normal world's writes away while a frame is copied.
 *
 * Models: `litebox_platform_lvbs/src/lib.rs: protect`: a hypercall sets the access of the normal world to a frame, and a
 * second one restores full access; nobody counts, so the first to restore ends every other's protection too. The trait's
 * default (`litebox_common_linux/src/vmap.rs: protect`) answers Ok and does nothing; a conservative default answers
 * `UnsupportedOperation`. No caller exists at the snapshot: here the pointer asks before it maps, and restores last.
 *
 * Leaves out: the difference between protection from writes and from all access, and failing hypercalls.
 */

/** The access of the normal world to a frame. It may write while the shield is open; the write changes nothing here. */
export const shield = setup({
  types: { events: {} as { type: 'CLOSE' } | { type: 'OPEN' } | { type: 'WRITE' } },
}).createMachine({
  id: 'shield',
  initial: 'open',
  states: { open: { on: { CLOSE: 'closed', OPEN: 'open', WRITE: 'open' } }, closed: { on: { CLOSE: 'closed', OPEN: 'open' } } },
})

export interface Shields extends ForeignWindows {
  readonly shield: (frame: string) => CellOf<typeof shield>
}

/** The normal world's write, for the property that is asked on it. */
export const normalWorldWrite = 'normalWorld.write'

export const protection = ({ cores, frames, pointer, frame, shield }: Shields, design: VmapDesign): readonly Rule[] => {
  if (design.protect === 'uncalled') return []
  const places = { core: cores, frame: frames }
  const acts = design.protect === 'implemented'
  const acted = (name: string) => (acts ? [shield(name)] : [])
  const defaults = 'litebox_common_linux/src/vmap.rs: VmapManager::protect'
  const source = acts ? 'litebox_platform_lvbs/src/lib.rs: protect' : defaults
  const ask =
    design.protect === 'deny'
      ? rule(
          'protect.refuse',
          { core: cores },
          {
            source: `proposed: a default of ${defaults} that denies`,
            needed: true,
            actor: ({ core }) => core,
            sends: ({ core }) => ({ pointer: pointer(core) }),
          },
        ).does({
          when: {
            ...isDue(design, 'protect'),
          },
          events: () => ({ pointer: { type: 'REFUSE' } }),
        })
      : rule('protect.close', places, {
          source,
          needed: true,
          actor: ({ core }) => core,
          sends: ({ core, frame }) => ({ pointer: pointer(core), shields: acted(frame) }),
        }).does({
          when: {
            ...isDue(design, 'protect'),
            itsFrame: ({ pointer }, { frame }) => pointer.context.frame === frame,
          },
          events: () => ({ pointer: { type: 'SHIELD' }, shields: { type: 'CLOSE' } }),
        })
  return [
    ask,
    rule('protect.open', places, {
      source,
      needed: design.protect !== 'deny',
      actor: ({ core }) => core,
      sends: ({ core, frame }) => ({ pointer: pointer(core), shields: acted(frame) }),
    }).does({
      when: {
        releasing: ({ pointer }) => pointer.value === 'releasing',
        itsFrame: ({ pointer }, { frame }) => pointer.context.frame === frame,
        shielded: ({ pointer }) => pointer.context.shielded,
        othersReturned: ({ pointer }) => pointer.context.page === 'none' && !pointer.context.locked,
      },
      events: () => ({ pointer: { type: 'UNSHIELD' }, shields: { type: 'OPEN' } }),
    }),
    rule(
      normalWorldWrite,
      { frame: frames },
      {
        kind: 'environment',
        source: 'the kernel of VTL0 writes its own memory at any time',
        needed: true,
        actor: () => 'normalWorld',
        sees: ({ frame: name }) => ({ frame: frame(name) }),
        sends: ({ frame }) => ({ shield: shield(frame) }),
      },
    ).does({
      when: {
        open: ({ shield }) => shield.value === 'open',
        itsOwn: ({ frame }) => frame.context.owner === 'normalWorld',
      },
      events: () => ({ shield: { type: 'WRITE' } }),
    }),
  ]
}
