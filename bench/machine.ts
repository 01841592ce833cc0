import { availableParallelism, cpus, totalmem } from 'node:os'

/** The machine in general words, without its name or anything of its owner. */
export function machineText(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  return `${availableParallelism()} cores of ${model}, ${gigabytes} GiB of memory, Node ${process.versions.node}, ${process.platform} ${process.arch}`
}
