import { suite } from '../suite.ts'

suite('punchthrough-gs-base')
