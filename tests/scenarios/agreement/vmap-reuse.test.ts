import { suite } from '../suite.ts'

suite('vmap-reuse')
