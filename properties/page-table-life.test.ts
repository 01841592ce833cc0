import { suite } from '../tests/scenarios/suite.ts'

suite('page-table-life')
