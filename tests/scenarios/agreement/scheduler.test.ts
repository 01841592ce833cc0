import { suite } from '../suite.ts'

suite('scheduler')
