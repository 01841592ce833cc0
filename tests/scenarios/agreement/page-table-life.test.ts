import { suite } from '../suite.ts'

suite('page-table-life')
