import { suite } from '../tests/scenarios/suite.ts'

suite('wait-wake-interrupt')
