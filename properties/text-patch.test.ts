import { suite } from '../tests/scenarios/suite.ts'

suite('text-patch')
