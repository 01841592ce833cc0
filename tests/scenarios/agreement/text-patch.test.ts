import { suite } from '../suite.ts'

suite('text-patch')
