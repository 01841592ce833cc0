import { suite } from '../tests/scenarios/suite.ts'

suite('futex-wake-join')
