import { suite } from '../suite.ts'

suite('futex-wake-lockables')
