import { suite } from '../suite.ts'

suite('raw-mutex')
