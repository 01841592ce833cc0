/*
 * Rules of which no step is enabled in several designs of `sessions`, by what they would take.
 */

/** To answer on the base table without a failure before, or to delete a table that is gone. */
export const never = ['call.answerOnBase', 'call.deleteNothing'] as const

/** To come to something that another call has locked, or taken away. */
export const unmet = ['call.findBusy', 'call.findNoTable', 'call.findNoSessionLeft', 'call.dropNoEntry'] as const

/** To run out of numbers, to give one back unused, or to find another session of the instance. */
export const numbers = ['call.findNoNumber', 'call.recycleNumber', 'call.countOthers'] as const

/** To reach the limit of an application, or the room for tables. */
export const ample = ['call.findLimitReached', 'call.findNoRoom'] as const

/** To find in the cache another instance than the call's own, or none. */
export const single = ['call.cacheOverAnother', 'call.uncacheAnother', 'call.uncacheNothing'] as const

/** To make an instance, and to forget it. */
export const making = [
  'call.findNoInstance',
  'call.countInstances',
  'call.buildTable',
  'call.listTable',
  'call.createInstance',
  'call.cacheInstance',
  'call.loadLdelf',
  'call.uncache',
] as const

/** To take the table of an instance down. */
export const teardown = [
  'call.lock',
  'call.loadBase',
  'call.release',
  'call.deleteTable',
  'call.awaitFreed',
  'table.strip',
  'table.freeLower',
  'table.freeTop',
] as const
