import { suite } from '../tests/scenarios/suite.ts'

suite('exception-callback')
