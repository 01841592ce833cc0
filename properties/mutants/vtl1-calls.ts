import { killsIn, type Mutants, survivorsIn } from './mutants.ts'

const lockedAgain =
  'A release whose lock is free again takes it once more before it forgets the entry, and gives back frames that it has ' +
  'given back already. In this world nobody else can have them by then; where somebody can, the design fails anyway ' +
  '(`pr-1011` of `vtl-protection`).'
const oneFrame = 'Both modules have the one frame, so that a step that names the set of the other does the same to the registry.'

/** Of the calls by which VTL0 has VTL1 verify, protect, patch and give back. */
export const vtl1CallMutants: Mutants = {
  kills: [
    ...killsIn('vtl-protection', {
      'a call to VTL1 can return': 'receiver module.forget/call',
      'a verification accepts what was copied if and only if it is authentic': 'guard vtl1.refuse/tampered',
      'a hypercall gives a frame the rights that its call was about to give': 'receiver vtl1.protect/access',
      'a release finds its module if and only if it is registered': 'guard module.miss/itsTurn',
      'a module that VTL0 has asked to unload is registered only while a call about it is under way':
        'guard module.forget/itsTurn',
      'a call holds the lock of the map if and only if it is going over the ranges of an entry': 'deaf map',
      'no entry comes or goes while another call is going over the ranges of one': 'guard module.forget/mapIsOurs',
      'a call is turned away for good, and only from frames of VTL1, protected ones, and those that another call has in hand':
        'guard frames.rejectOverlap/itsTurn',
      'a frame that no call has in hand is in the registry if and only if VTL0 may not write it': 'receiver vtl1.protect/listing',
    }),
    ...killsIn('kexec', {
      'a call to VTL1 can return': 'guard vtl1.copy/itsTurn',
      'a hypercall gives a frame the rights that its call was about to give': 'guard vtl1.protect/itsTurn',
      'a verification accepts what was copied if and only if it is authentic': 'guard vtl1.refuse/tampered',
      'a call is turned away for good, and only from frames of VTL1, protected ones, and those that another call has in hand':
        'receiver frames.rejectOverlap/call',
      'a frame that no call has in hand is in the registry if and only if VTL0 may not write it': 'receiver vtl1.protect/listing',
    }),
    ...killsIn('confused-deputy', {
      'what VTL1 writes for VTL0 is in the buffer then': 'receiver deputy.write/bytes',
      'a validation that succeeds has given every frame that was named the rights of its type': 'guard vtl1.protect/itsTurn',
      'VTL0 can get a frame back': 'never module.lock',
      'a call to VTL1 can return': 'receiver module.forget/call',
      'a verification accepts what was copied if and only if it is authentic': 'guard vtl1.refuse/tampered',
      'a hypercall gives a frame the rights that its call was about to give': 'guard vtl1.protect/itsTurn',
      'a module that VTL0 has asked to unload is registered only while a call about it is under way':
        'receiver module.forget/entry',
      'a call holds the lock of the map if and only if it is going over the ranges of an entry': 'deaf map',
      'a frame that no call has in hand is in the registry if and only if VTL0 may not write it': 'receiver vtl1.protect/access',
      'a buffer is refused only where VTL0 may not write it or a call has it in hand': 'guard deputy.reject/listed',
      'the registry is held shared by as many as write under its guard': 'receiver deputy.admit/deputy',
      'readers wait only for a call that is about to write the registry': 'guard registry.claim/writes',
    }),
    ...killsIn('patch-unload', {
      'a lookup finds a patch if and only if the map has it': 'guard patch.miss/absent',
      'a validation that succeeds has given every frame that was named the rights of its type': 'receiver frames.reserve/listing',
      'VTL0 can get a frame back': 'guard vtl1.refuse/verifying',
      'a call to VTL1 can return': 'receiver patches.drop/call',
      'a verification accepts what was copied if and only if it is authentic': 'guard vtl1.refuse/tampered',
      'a hypercall gives a frame the rights that its call was about to give': 'receiver vtl1.protect/access',
      'a release finds its module if and only if it is registered': 'guard module.take/found',
      'a call is turned away for good, and only from frames of VTL1, protected ones, and those that another call has in hand':
        'guard frames.rejectOverlap/overlapping',
      'a frame that no call has in hand is in the registry if and only if VTL0 may not write it': 'receiver vtl1.protect/listing',
      'the map of patches is held by as many as have found a patch and not written it yet': 'receiver patch.find/patcher',
    }),
    ...killsIn('end-of-boot', {
      'a call to VTL1 can return': 'receiver vtl1.protect/call',
      'a hypercall gives a frame the rights that its call was about to give': 'guard vtl1.protect/itsTurn',
      'the end of boot is held off by as many calls as have yet to let it go': 'receiver vtl1.holdBoot/call',
    }),
  ],
  survivors: [
    ...survivorsIn('vtl-protection', { 'guard module.lock/locking': lockedAgain }),
    ...survivorsIn('confused-deputy', {
      'guard module.lock/locking': lockedAgain,
      'guard deputy.reject/open':
        'A deputy is refused while a call that has announced itself waits for the lock. The registry still says what it said ' +
        'before the announcement, so the refusal has its cause; only an admission must not overtake.',
    }),
    ...survivorsIn('patch-unload', {
      'guard frames.reserve/itsTurn': oneFrame,
      'guard frames.rejectOverlap/itsTurn': oneFrame,
    }),
  ],
}
