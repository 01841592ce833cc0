import { suite } from '../suite.ts'

suite('thread-life-active-count')
