import type { Step, System } from '../define/system.ts'
import { type Claim, watchedBy } from './claims.ts'
import { code } from './codes.ts'
import { keyText } from './key.ts'
import { type Layout, maskedWords } from './layout.ts'
import { chunkSize, type Program, type Table } from './program.ts'
import { hashText, range, sameText } from './row-text.ts'
import { sleepWords } from './sleep-sets.ts'
import { WideTable, wideText } from './wide-table.ts'

/*
 * The inner loops, generated for one layout. A slot of the hash table is 0, or the state's index + 1 in the bits that
 * the table's size needs and, above them, the same bits of the state's hash: most strangers are told by them, without a
 * look at their rows. Each function stays far below the size at which V8 stops optimising, and
 * steps are asked in the order of their indices, so that breadth-first order gives the least of the shortest traces.
 */

/**
 * What the successor buffer holds for each successor: its words, then the step's index, then the parent's index, or the
 * complement of it where the successor is known already: the parent itself, or one found by a step that sleeps.
 */
export interface Generated {
  /** Appends the successors of state `state` (whose row is in `rows`) to `out` at `at`; returns the new end. */
  readonly expand: (rows: Int32Array, state: number, out: Int32Array, at: number) => number
  /**
   * The same, but for what need not be looked up: a successor by a step that sleeps (a bit of `sleeps[nap…]`), or that is
   * the state itself, is only counted in `counts`, and where `asked` has 1 for the step it is appended with the
   * complement of its parent. `enabled[at…]` gets the mask of the steps that change the state, and behind it 1 where one
   * of them is the program's, and 2 where one of the program's changes nothing.
   */
  readonly awake: (
    rows: Int32Array,
    state: number,
    out: Int32Array,
    at: number,
    sleeps: Int32Array,
    nap: number,
    enabled: Int32Array,
    mark: number,
    asked: Uint8Array,
  ) => number
  /** By step: how often it was enabled without a successor being appended. Whoever reads it sets it back to 0. */
  readonly counts: Int32Array
  /** Puts the hash of each successor in `out[0..end)` that is to be looked up into `hashes`, in their order. */
  readonly hash: (out: Int32Array, end: number, hashes: Int32Array) => void
  /**
   * Inserts the successors in `out[0..end)` that are new; returns the number of states afterwards. `born[i]` says where
   * in `out` the `i`th new state stands. Where it reaches `most` states it stops before the first that is new, and
   * `progress[0]` says how far in `out` it came.
   */
  readonly insert: (
    out: Int32Array,
    end: number,
    hashes: Int32Array,
    rows: Int32Array,
    born: Int32Array,
    table: Int32Array,
    count: number,
    most: number,
    progress: Int32Array,
  ) => number
  /**
   * Enters states `from..to` of `rows`, all distinct, into `table`: those that fall into the `part`th of `parts` parts of a
   * table that threads share. Default: all.
   */
  readonly enter: (rows: Int32Array, from: number, to: number, table: Int32Array, part?: number, parts?: number) => unknown
  /** The index of the state whose words stand at `out[at…]`, or −1. */
  readonly find: (out: Int32Array, at: number, rows: Int32Array, table: Int32Array) => number
  /** For each claim: its truth in the row at `base` (`truth.true` or `truth.false`). */
  readonly claims: readonly ((rows: Int32Array, base: number) => number)[]
  /**
   * For each step: whether every claim that reads a cell it writes has, in the row at `base`, an answer that is known and
   * settles nothing.
   */
  readonly quiet: readonly ((rows: Int32Array, base: number) => boolean)[]
  /** The text that all of this was made from. */
  source: string
  /** Called with a step and a state in which it is `unhandled`; set by the search. */
  onUnhandled: (step: number, state: number) => void
}

/** A table that threads share is cut into this many parts, by the upper bits of the slot. */
export const regionBits = 4

/** What the generated text refers to. */
export const programParameters = ['program', 'tables', 'claimTables', 'masks', 'settles'] as const

/** At most so many states are gathered for each region before they are entered into it. */
const mostInRegion = 1 << 10

/** What `enter` needs for so many states, in bytes. */
export const bytesToEnter = (states: number): number =>
  (Math.min(mostInRegion, (states >> (regionBits - 1)) + 16) * 8) << regionBits

/** Words of the successor buffer beside the row itself. */
export const successorExtra = 2

export function generate(program: Program, system: System, claims: readonly Claim[]): Generated {
  const { words } = program.layout
  const stride = words + successorExtra
  const chunks = range(Math.ceil(system.steps.length / chunkSize))
  const sleeping = sleepWords(system.steps.length, chunkSize)
  const load = range(words)
    .map((word) => `const s${word} = rows[base + ${word}];`)
    .join(' ')
  // Threads that share the table insert into parts of their own, and a search for a slot stays in its part.
  const { shared } = program.memory
  const low = shared ? `, low = mask >>> ${regionBits}` : ''
  const next = shared ? '(slot & ~low) | ((slot + 1) & low)' : '(slot + 1) & mask'
  const source = `'use strict';
const counts = new Int32Array(${system.steps.length});
const self = { onUnhandled: () => {}, source: '', counts };
let kinds = 0;
${chunks.map((chunk) => chunkText(program, system, chunk, load, stride)).join('\n')}
self.awake = (rows, state, out, at, sleeps, nap, enabled, mark, asked) => {
  const base = state * ${words};
  ${load}
  kinds = 0;
  ${chunks
    .map((chunk) => {
      const nap = chunk < sleeping ? `sleeps[nap + ${chunk}]` : '0'
      const idle = chunk < sleeping ? ` else enabled[mark + ${chunk}] = 0;` : ''
      const call = `chunk${chunk}(rows, base, out, at, state, may${chunk}, ${nap}, enabled, mark + ${Math.min(chunk, sleeping)}, asked)`
      return `const may${chunk} = ${mayText(program, system, chunk)}; if (may${chunk} !== 0) at = ${call};${idle}`
    })
    .join('\n  ')}
  enabled[mark + ${sleeping}] = kinds;
  return at;
};
const everyone = new Uint8Array(${system.steps.length}).fill(1);
const nobody = new Int32Array(${sleeping}), ignored = new Int32Array(${sleeping + 1});
self.expand = (rows, state, out, at) => self.awake(rows, state, out, at, nobody, 0, ignored, 0, everyone);
self.hash = (out, end, hashes) => {
  for (let p = 0, i = 0; p < end; p += ${stride}, i++) {
    if (out[p + ${words + 1}] < 0) continue;
    ${hashText(words, (word) => `out[p + ${word}]`)} hashes[i] = h;
  }
};
self.insert = (out, end, hashes, rows, born, table, before, most, progress) => {
  const mask = table.length - 1${low};
  let count = before;
  // A pass that only touches memory lets the processor fetch many lines at once; the second decides.
  let touched = 0;
  for (let p = 0, i = 0; p < end; p += ${stride}, i++) if (out[p + ${words + 1}] >= 0) touched ^= table[hashes[i] & mask];
  for (let p = 0, i = 0; p < end; p += ${stride}, i++) {
    if (out[p + ${words + 1}] < 0) continue;
    const h = hashes[i];
    ${range(words)
      .map((word) => `const n${word} = out[p + ${word}];`)
      .join(' ')}
    for (let slot = h & mask; ; slot = ${next}) {
      const q = table[slot];
      if (q === 0) {
        if (count === most) { progress[0] = p; return count; }
        const b = count * ${words};
        ${range(words)
          .map((word) => `rows[b + ${word}] = n${word};`)
          .join(' ')}
        born[count - before] = p;
        table[slot] = (h & ~mask) | ++count;
        break;
      }
      if (((q ^ h) & ~mask) !== 0) continue;
      const b = ((q & mask) - 1) * ${words};
      if (${sameText(words, (word) => `n${word}`)}) break;
    }
  }
  progress[0] = end; progress[1] = touched;
  return count;
};
self.enter = (rows, from, to, table, part = 0, parts = 1) => {
  const mask = table.length - 1${low}, shift = ${32 - regionBits} - Math.clz32(mask);
  const least = Math.floor(${1 << regionBits} * part / parts), most = Math.floor(${1 << regionBits} * (part + 1) / parts);
  // Those of one region of the table together: its pages are few enough for the processor to know where they are.
  const size = Math.min(${mostInRegion}, (to - from >> ${regionBits - 1}) + 16), filled = new Int32Array(${1 << regionBits});
  const states = new Int32Array(size << ${regionBits}), hashes = new Int32Array(size << ${regionBits});
  let touched = 0;
  const flush = (region) => {
    const start = region * size, end = start + filled[region];
    filled[region] = 0;
    for (let i = start; i < end; i++) touched ^= table[hashes[i] & mask];
    for (let i = start; i < end; i++) {
      const h = hashes[i];
      let slot = h & mask;
      while (table[slot] !== 0) slot = ${next};
      table[slot] = (h & ~mask) | (states[i] + 1);
    }
  };
  for (let state = from; state < to; state++) {
    const b = state * ${words};
    ${hashText(words, (word) => `rows[b + ${word}]`)}
    const region = (h & mask) >>> shift;
    if (region < least || region >= most) continue;
    const i = region * size + filled[region]++;
    states[i] = state; hashes[i] = h;
    if (filled[region] === size) flush(region);
  }
  for (let region = least; region < most; region++) flush(region);
  return touched;
};
self.find = (out, at, rows, table) => {
  const mask = table.length - 1${low};
  ${hashText(words, (word) => `out[at + ${word}]`)}
  for (let slot = h & mask; ; slot = ${next}) {
    const q = table[slot];
    if (q === 0) return -1;
    if (((q ^ h) & ~mask) !== 0) continue;
    const b = ((q & mask) - 1) * ${words};
    if (${sameText(words, (word) => `out[at + ${word}]`)}) return (q & mask) - 1;
  }
};
${claimTableTexts(program, claims)}
self.claims = [${claims.map((claim, at) => claimText(program, claim, at)).join(',\n')}];
${quietText(program, system, claims, () => true)}
self.quiet = quiet;
return self;`
  const made = new Function(...programParameters, source)(
    program,
    program.stepTables,
    program.claimTables,
    program.candidates.map((candidates) => candidates.masks),
    program.settles,
  ) as Generated
  made.source = source
  return made
}

/** An expression for the mask of those steps of a chunk that the row `s0`, `s1`, … does not rule out. */
function mayText(program: Program, system: System, chunk: number): string {
  const steps = system.steps.slice(chunk * chunkSize, (chunk + 1) * chunkSize)
  const { layout } = program
  let ungrouped = (1 << steps.length) - 1
  const ruled: string[] = []
  for (const [at, candidates] of program.candidates.entries()) {
    if (candidates.chunk !== chunk) continue
    const { cell } = candidates
    ruled.push(`M${at}[(s${layout.word[cell]} >>> ${layout.shift[cell]}) & ${candidates.masks.length - 1}]`)
  }
  const grouped = program.candidates.filter((candidates) => candidates.chunk === chunk).map(({ cell }) => cell)
  for (const [bit, step] of steps.entries()) if (grouped.includes(program.pivotOf(step.index) ?? -1)) ungrouped &= ~(1 << bit)
  return [ungrouped === 0 ? [] : [String(ungrouped)], ruled].flat().join(' | ')
}

/** One function for up to `chunkSize` steps: what each of those does that may be enabled at all. */
function chunkText(program: Program, system: System, chunk: number, load: string, stride: number): string {
  const steps = system.steps.slice(chunk * chunkSize, (chunk + 1) * chunkSize)
  const programs = steps.reduce((bits, { kind }, bit) => (kind === 'program' ? bits | (1 << bit) : bits), 0)
  const constants = [
    ...steps.flatMap((step) =>
      tableText(program.layout, step.shape.cells, program.stepTables[step.index]!, `T${step.index}`, `tables[${step.index}]`),
    ),
    ...program.candidates.flatMap((candidates, at) => (candidates.chunk === chunk ? [`const M${at} = masks[${at}];`] : [])),
  ].join(' ')
  return `${constants}
const chunk${chunk} = (rows, base, out, p, state, may, naps, enabled, mark, asked) => {
  ${load}
  let moving = 0, still = 0;
  let pool = program.pool;
  ${steps.map((step, bit) => stepText(program, step, bit, stride)).join('\n  ')}
  enabled[mark] = moving;
  if ((moving & ${programs}) !== 0) kinds |= 1;
  if ((still & ${programs}) !== 0) kinds |= 2;
  return p;
};`
}

function stepText(program: Program, step: Step, bit: number, stride: number): string {
  const { layout } = program
  const { words } = layout
  const t = step.index
  const table = program.stepTables[t]!
  const look = lookText(layout, step.shape.cells, table, `T${t}`)
  const written = maskedWords(layout, step.shape.cells.slice(0, step.receivers))
  const moved = range(words).map((word) => {
    const nth = written.findIndex((field) => field.word === word)
    return `out[p + ${word}] = ${nth < 0 ? `s${word}` : `s${word} & ${~written[nth]!.mask} | pool[v + ${nth}]`};`
  })
  const kept = range(words).map((word) => `out[p + ${word}] = s${word};`)
  const tail = (parent: string): string => `out[p + ${words}] = ${t}; out[p + ${words + 1}] = ${parent}; p += ${stride};`
  return `if (may & ${1 << bit}) {
      let v = ${look};
      if (v === 0) { v = program.stepMiss(${t}, rows, base); pool = program.pool; }
      if (v >= ${code.taken}) {
        moving |= ${1 << bit};
        if ((naps & ${1 << bit}) === 0) { ${moved.join(' ')} ${tail('state')} }
        else if (asked[${t}] === 1) { ${moved.join(' ')} ${tail('~state')} }
        else counts[${t}]++;
      } else if (v === ${code.unchanged}) {
        still |= ${1 << bit};
        if (asked[${t}] === 1) { ${kept.join(' ')} ${tail('~state')} }
        else counts[${t}]++;
      } else if (v === ${code.unhandled}) self.onUnhandled(${t}, state);
    }`
}

function claimText(program: Program, claim: Claim, at: number): string {
  const { layout } = program
  const { cells } = claim.instance.shape
  const table = program.claimTables[at]!
  const load = [...new Set(cells.map((cell) => layout.word[cell]!))]
    .map((word) => `const s${word} = rows[base + ${word}];`)
    .join(' ')
  const look = lookText(layout, cells, table, `C${at}`)
  return `(rows, base) => { ${load} const v = ${look}; return v !== 0 ? v : program.claimMiss(${at}, rows, base); }`
}

/** Constants by which the tables of all claims are looked up. */
export const claimTableTexts = ({ layout, claimTables }: Program, claims: readonly Claim[]): string =>
  claims
    .flatMap(({ instance }, at) => tableText(layout, instance.shape.cells, claimTables[at]!, `C${at}`, `claimTables[${at}]`))
    .join(' ')

/** `quiet` as in `Generated`, of those claims that are asked; one function for all steps that the same of them watch. */
export function quietText(
  program: Program,
  system: System,
  claims: readonly Claim[],
  isAsked: (claim: number) => boolean,
): string {
  const { layout } = program
  const functions: string[] = []
  const ofWatched = new Map<string, number>()
  const ofStep = system.steps.map((step) => {
    const watched = watchedBy(step, claims).filter(isAsked)
    const known = ofWatched.get(watched.join())
    if (known !== undefined) return known
    const words = new Set(watched.flatMap((at) => claims[at]!.instance.shape.cells.map((cell) => layout.word[cell]!)))
    const load = [...words].map((word) => `const s${word} = rows[base + ${word}];`).join(' ')
    const asked = watched.map((at) => {
      const look = lookText(layout, claims[at]!.instance.shape.cells, program.claimTables[at]!, `C${at}`)
      return `(v = ${look}) !== 0 && v !== settles[${at}]`
    })
    ofWatched.set(watched.join(), functions.length)
    return functions.push(`(rows, base) => { ${load} let v = 0; return ${asked.join(' && ') || 'true'}; }`) - 1
  })
  return `const quiets = [${functions.join(',\n')}];
const quiet = [${ofStep.map((nth) => `quiets[${nth}]`).join(', ')}];`
}

/** Constants by which a table, `from`, is looked up under `name`. */
function tableText(layout: Layout, cells: readonly number[], table: Table, name: string, from: string): string[] {
  const constant = `const ${name} = ${from};`
  return table instanceof WideTable ? [constant, `const ${name}get = ${wideText(layout, cells, name).get};`] : [constant]
}

/** An expression for what the table `name` says of the row whose words are `s0`, `s1`, … */
const lookText = (layout: Layout, cells: readonly number[], table: Table, name: string): string =>
  table instanceof WideTable ? `${name}get${wideText(layout, cells, name).call}` : `${name}[${keyText(layout, cells)}]`
