/** What the help of a command says of its exit codes; of most, 2 means the same. */
const codes = (lines: Readonly<Record<number, string>>): string =>
  [
    '\nExit codes:',
    ...Object.entries({ 2: 'the command line or the model is wrong', ...lines }).map(([code, text]) => `  ${code}  ${text}`),
  ].join('\n')

const gravity = '\nWhere several apply: 2, then 1, then 3, then 0.'
const cutShort = 'a limit or an interrupt ended a search: never a pass'

/** Of `litebox-model` itself, for those commands that most look at. */
export const exitCodes = `
Exit codes:
  0  every expectation is met; a design without an expectation is expected to hold
     (replay: a property still fails)
  1  some expectation is not met (replay: no property fails)
  2  the command line, the replay string or the model is wrong
  3  a limit or an interrupt ended a search: never a pass${gravity}`

export const checkCodes = `${codes({
  0: 'every expectation is met; a design without an expectation is expected to hold',
  1: 'some expectation is not met',
  3: cutShort,
})}${gravity}`

export const simulateCodes = `${codes({
  0: 'of every design something failed that is expected to fail, and nothing else did',
  1: 'a property fails that was not expected to, or no run saw a goal',
  3: 'nothing failed: runs prove nothing of what they did not do, so this is never a pass',
})}${gravity}`

export const verifyCodes = codes({
  0: 'verified: every property that a set of states can prove holds in all of them',
  1: 'a property fails in some state',
  2: 'the file is no certificate, is not as it was written, or is of another model',
  3: 'interrupted',
})

export const replayCodes = codes({
  0: 'a property still fails; of a .replay file, the one that was recorded',
  1: 'it fails no more',
  2: 'the replay string or file is refused: its steps no longer fit, or it is of another model',
})

export const matrixCodes = codes({
  0: 'every assignment of as many changes as are tried is decided, whatever holds',
  3: 'a limit or an interrupt left an answer open',
})

export const mutateCodes = codes({
  0: 'every property kills a mutant, and every mutant that survives is explained',
  1: 'a property kills nothing, or a mutant survives without a reason',
  3: 'an interrupt left scenarios out',
})

export const diffCodes = `${codes({ 0: 'no property is lost', 1: 'a property is lost', 3: cutShort })}${gravity}`

/** Of what only prints. */
export const printCodes = codes({ 0: 'printed' })
