import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { BootStep, bootEntry, bootMachine, bootParameters, bootStatics } from './snp-boot.ts'

/*
 * What the entry points of the SNP guest do, step by step, and what the host does to them.
 *
 * Models: `litebox_runner_snp/src/main.rs`, as `snp-boot.ts` says. A scan and a copy of the parameters are two looks at
 * them: `CStr::from_bytes_until_nul` finds the end, `to_owned` copies what is there by then.
 *
 * Leaves out: what `snp-boot.ts` leaves out.
 */

export interface BootDesign {
  /** Whether an entry point looks what has run before it, and whether it runs already. */
  readonly order: 'unchecked' | 'checked'
  /** Which memory the parameters are parsed in. */
  readonly parameters: 'in-place' | 'copied-first'
  readonly host: 'leaves-parameters' | 'rewrites-parameters'
  /** What invalid parameters do. */
  readonly invalid: 'terminate' | 'panic'
  readonly shim: 'before-load' | 'after-load'
  /** How the plain accesses to the shim were compiled, or that they are release and acquire. */
  readonly publication: 'in-order' | 'reordered' | 'in-parts' | 'hoisted' | 'release-acquire'
  /** Whether the host comes back to an entry point that has returned. */
  readonly returns: 'final' | 'resumed'
}

export type EntryName = 'kernel' | 'process' | 'network'

export interface Boot extends BootDesign {
  readonly names: readonly EntryName[]
  /** How often the host runs each. */
  readonly runs: number
  readonly entry: (name: string) => CellOf<typeof bootEntry>
  readonly statics: CellOf<typeof bootStatics>
  readonly parametersCell: CellOf<typeof bootParameters>
  readonly machine: CellOf<typeof bootMachine>
}

/** What each entry point does, in order. */
export function programOf(design: BootDesign, name: EntryName): readonly BootStep[] {
  if (name === 'kernel') return ['store-frequency', 'return']
  if (name === 'network') return ['await-shim', 'ask-platform', 'ask-time', 'serve', 'return']
  const parsing: readonly BootStep[] = design.parameters === 'in-place' ? ['scan', 'copy'] : ['copy', 'scan']
  const published: readonly BootStep[] = design.publication === 'in-parts' ? ['publish', 'fill-shim'] : ['publish']
  const whole: readonly BootStep[] = design.shim === 'before-load' ? [...published, 'load'] : ['load', ...published]
  return design.publication === 'reordered'
    ? [...parsing, ...published, 'set-platform', 'load', 'ask-time']
    : ['set-platform', ...parsing, ...whole, 'ask-time']
}

const source = (symbol: string): string => `litebox_runner_snp/src/main.rs: ${symbol}`

/** The step that an entry point has come to. */
export const stepAt = ({
  value,
  context,
}: {
  readonly value: unknown
  readonly context: { readonly program: readonly BootStep[]; readonly at: number }
}) => (value === 'running' ? context.program[context.at] : undefined)

export const bootRules = (world: Boot): readonly Rule[] => {
  const { names, runs, entry, statics, machine, parametersCell, host, order, returns, invalid, publication } = world
  const actor = ({ name }: { readonly name: string }): string => name
  const runsOn = { machineRuns: ({ machine }: { readonly machine: { readonly value: unknown } }) => machine.value === 'running' }
  const own = ({ name }: { readonly name: string }) => ({ entry: entry(name) })
  type Entry = {
    readonly entry: { readonly value: unknown; readonly context: { readonly program: readonly BootStep[]; readonly at: number } }
  }
  const isAt =
    (...steps: readonly BootStep[]) =>
    ({ entry }: Entry): boolean =>
      steps.includes(stepAt(entry) as BootStep)
  const process = ['process'] as const
  const network = ['network'] as const
  return [
    rule(
      'host.run',
      { name: names },
      {
        kind: 'environment',
        source: 'litebox_runner_snp/src/entry.S: sandbox_kernel_start, sandbox_process_start, sandbox_tun_read_write_start',
        needed: true,
        actor: () => 'host',
        sees: () => ({ machine, statics }),
        sends: own,
      },
    ).does({
      when: {
        ...runsOn,
        notRunning: ({ entry }) => entry.value === 'idle' || entry.value === 'returned',
        oftenEnough: ({ entry }) => entry.context.runs < runs,
      },
      events: ({ entry, statics: { context } }, { name }) => {
        const inOrder =
          name === 'process' ? context.frequency && !context.platform : name !== 'network' || entry.context.runs === 0
        return { entry: order === 'unchecked' || inOrder ? { type: 'RUN' } : { type: 'REFUSE' } }
      },
    }),
    rule(
      'kernel.storeFrequency',
      {},
      {
        source: source('sandbox_kernel_init, update_cpu_mhz'),
        actor: () => 'kernel',
        sees: () => ({ machine }),
        sends: () => ({ entry: entry('kernel'), statics }),
      },
    ).does({
      when: { ...runsOn, here: isAt('store-frequency') },
      events: () => ({ entry: { type: 'STEP' }, statics: { type: 'STORE_FREQUENCY', known: true } }),
    }),
    rule(
      'process.setPlatform',
      {},
      {
        source: source('sandbox_process_init, set_platform'),
        actor: () => 'process',
        sees: () => ({ machine }),
        sends: () => ({ entry: entry('process'), statics }),
      },
    ).does({
      when: { ...runsOn, here: isAt('set-platform'), unset: ({ statics }) => !statics.context.platform },
      events: () => ({ entry: { type: 'STEP' }, statics: { type: 'SET_PLATFORM' } }),
    }),
    rule(
      'process.parse',
      {},
      {
        source: source('sandbox_process_init, parse_args: from_bytes_until_nul, to_owned'),
        actor: () => 'process',
        sees: () => ({ machine, parameters: parametersCell }),
        sends: () => ({ entry: entry('process') }),
      },
    ).does({
      when: {
        ...runsOn,
        here: isAt('scan', 'copy'),
        notRefused: ({ entry, parameters }) =>
          stepAt(entry) !== 'scan' || looked(world, entry.context.copied, parameters) === 'valid',
      },
      events: ({ entry, parameters }) => ({
        entry: stepAt(entry) === 'scan' ? { type: 'SCAN', found: 'valid' } : { type: 'COPY', found: parameters.context.value },
      }),
    }),
    rule(
      'process.refuseParameters',
      {},
      {
        source: source('sandbox_process_init, SM_TERM_INVALID_PARAM'),
        actor: () => 'process',
        sees: () => ({ parameters: parametersCell }),
        sends: () => ({ entry: entry('process'), machine }),
      },
    ).does({
      when: {
        ...runsOn,
        here: isAt('scan'),
        invalid: ({ entry, parameters }) => looked(world, entry.context.copied, parameters) === 'invalid',
      },
      events: () => ({
        entry: { type: 'TERMINATE' },
        machine: { type: 'END', reason: invalid === 'terminate' ? 'invalid-param' : 'general' },
      }),
    }),
    rule(
      'process.publish',
      {},
      {
        source: source('sandbox_process_init, SHIM = Some(shim)'),
        actor: () => 'process',
        sees: () => ({ machine }),
        sends: () => ({ entry: entry('process'), statics }),
      },
    ).does({
      when: { ...runsOn, here: isAt('publish', 'fill-shim') },
      events: ({ entry }) => ({
        entry: { type: 'STEP' },
        statics: { type: 'PUBLISH', shim: publication === 'in-parts' && stepAt(entry) === 'publish' ? 'part' : 'whole' },
      }),
    }),
    rule(
      'process.fault',
      {},
      {
        kind: 'environment',
        source: source('page_fault_handler, while load_program runs'),
        actor: () => 'process',
        sees: () => ({ machine, statics }),
        sends: () => ({ entry: entry('process') }),
      },
    ).does({
      when: { ...runsOn, loading: isAt('load') },
      events: ({ statics }) => ({ entry: { type: 'FAULT', alone: statics.context.shim !== 'whole' } }),
    }),
    rule(
      'entry.step',
      { name: names },
      { source: source('the next step'), actor, sees: () => ({ machine, statics }), sends: own },
    ).does({
      when: {
        ...runsOn,
        here: isAt('load', 'ask-time', 'ask-platform', 'serve', 'return'),
        timeIsKnown: ({ entry, statics }) => stepAt(entry) !== 'ask-time' || statics.context.frequency,
        platformIsSet: ({ entry, statics }) => stepAt(entry) !== 'ask-platform' || statics.context.platform,
      },
      events: () => ({ entry: { type: 'STEP' } }),
    }),
    rule(
      'network.see',
      { name: network },
      {
        source: source('sandbox_tun_read_write, wait until shim is initialized'),
        actor,
        sees: () => ({ machine, statics }),
        sends: own,
      },
    ).does({
      when: { ...runsOn, here: isAt('await-shim'), there: ({ statics }) => statics.context.shim !== 'none' },
      events: ({ statics }) => ({ entry: { type: 'SEE', whole: statics.context.shim === 'whole' } }),
    }),
    ...(publication === 'hoisted'
      ? [
          rule(
            'network.miss',
            { name: network },
            {
              source: source('sandbox_tun_read_write, one plain read before the loop'),
              actor,
              sees: () => ({ machine, statics }),
              sends: own,
            },
          ).does({
            when: { ...runsOn, here: isAt('await-shim'), none: ({ statics }) => statics.context.shim === 'none' },
            events: () => ({ entry: { type: 'MISS' } }),
          }),
        ]
      : []),
    rule(
      'entry.panic',
      { name: names },
      {
        source: source('panic, from a division by CPU_MHZ, set_platform or platform()'),
        actor,
        sees: () => ({ statics }),
        sends: (at) => ({ ...own(at), machine }),
      },
    ).does({
      when: {
        ...runsOn,
        cannot: ({ entry, statics: { context } }) => {
          const step = stepAt(entry)
          return (
            (step === 'ask-time' && !context.frequency) ||
            (step === 'ask-platform' && !context.platform) ||
            (step === 'set-platform' && context.platform)
          )
        },
      },
      events: () => ({ entry: { type: 'PANIC' }, machine: { type: 'END', reason: 'general' } }),
    }),
    ...(host === 'rewrites-parameters'
      ? [
          rule(
            'driver.rewrite',
            { value: ['valid', 'invalid'] },
            {
              kind: 'environment',
              source: 'litebox_platform_linux_kernel/src/host/snp/snp-sandbox.h: vmpl2_boot_params, which the driver fills',
              actor: () => 'driver',
              sees: () => ({ entry: entry('process'), machine }),
              sends: () => ({ parameters: parametersCell }),
            },
          ).does({
            when: {
              ...runsOn,
              looksSoon: isAt('scan', 'copy'),
              another: ({ parameters }, { value }) => parameters.context.value !== value,
            },
            events: (_, { value }) => ({ parameters: { type: 'WRITE', value } }),
          }),
        ]
      : []),
    ...(returns === 'resumed'
      ? [
          rule(
            'host.comeBack',
            { name: names.filter((name) => name !== process[0]) },
            {
              kind: 'environment',
              source: 'litebox_platform_linux_kernel/src/host/snp/snp_impl.rs: return_to_host, unreachable!',
              actor: () => 'host',
              sends: (at) => ({ ...own(at), machine }),
            },
          ).does({
            when: { ...runsOn, returned: ({ entry }) => entry.value === 'returned' },
            events: () => ({ entry: { type: 'RESUME' }, machine: { type: 'END', reason: 'general' } }),
          }),
        ]
      : []),
  ]
}

/** What a scan looks at: the copy, if there is one by then. */
const looked = (
  { parameters }: BootDesign,
  copied: 'none' | 'valid' | 'invalid',
  now: { readonly context: { readonly value: 'valid' | 'invalid' } },
): 'valid' | 'invalid' => (parameters === 'copied-first' && copied !== 'none' ? copied : now.context.value)
