import { suite } from '../suite.ts'

suite('thread-life')
