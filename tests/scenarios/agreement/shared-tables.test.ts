import { suite } from '../suite.ts'

suite('shared-tables')
