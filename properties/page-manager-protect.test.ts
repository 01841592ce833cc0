import { suite } from '../tests/scenarios/suite.ts'

suite('page-manager-protect')
