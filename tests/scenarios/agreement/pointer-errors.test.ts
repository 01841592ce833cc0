import { suite } from '../suite.ts'

suite('pointer-errors')
