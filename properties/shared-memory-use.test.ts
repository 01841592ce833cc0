import { suite } from '../tests/scenarios/suite.ts'

suite('shared-memory-use')
