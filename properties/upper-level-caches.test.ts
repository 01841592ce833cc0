import { suite } from '../tests/scenarios/suite.ts'

suite('upper-level-caches')
