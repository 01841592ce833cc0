import { suite } from '../suite.ts'

suite('kernel-fault')
