import { suite } from '../suite.ts'

suite('futex-wake-join')
