/** What a step's table says of the local states of its cells. Zero means: not asked yet. */
export const code = { disabled: 1, unhandled: 2, taken: 3 } as const

/** What a claim's table says. Zero means: not asked yet. */
export const truth = { true: 1, false: 2 } as const
