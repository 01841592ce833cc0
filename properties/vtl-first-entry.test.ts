import { suite } from '../tests/scenarios/suite.ts'

suite('vtl-first-entry')
