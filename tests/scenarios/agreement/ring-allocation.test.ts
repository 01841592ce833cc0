import { suite } from '../suite.ts'

suite('ring-allocation')
