import { suite } from '../suite.ts'

suite('upper-level-caches')
