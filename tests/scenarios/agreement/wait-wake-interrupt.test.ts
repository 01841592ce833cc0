import { suite } from '../suite.ts'

suite('wait-wake-interrupt')
