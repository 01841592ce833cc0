/**
 * Calls back when this thread has nothing left to do that could settle what is still being awaited. Returns how to stop
 * listening.
 */
export function onStranded(listener: () => void): () => void {
  process.once('beforeExit', listener)
  return () => void process.off('beforeExit', listener)
}
