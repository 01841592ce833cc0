import { suite } from '../tests/scenarios/suite.ts'

suite('timed-block')
