import { suite } from '../suite.ts'

suite('patch-unload')
