import { suite } from '../suite.ts'

suite('physical-pointer-table')
