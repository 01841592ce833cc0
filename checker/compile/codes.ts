/**
 * What a step's table says of the local states of its cells; zero means: not asked yet. Logs say `taken` of every step
 * that can be taken; tables say `unchanged` where it changes nothing, and an offset from `taken` on where it does.
 */
export const code = { disabled: 1, unhandled: 2, unchanged: 3, taken: 4 } as const

/** What a claim's table says. Zero means: not asked yet. */
export const truth = { true: 1, false: 2 } as const
