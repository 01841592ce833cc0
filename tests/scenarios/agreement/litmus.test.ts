import { suite } from '../suite.ts'

suite('litmus')
