import { suite } from '../tests/scenarios/suite.ts'

suite('session-recycling')
