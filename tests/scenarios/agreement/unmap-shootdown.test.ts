import { suite } from '../suite.ts'

suite('unmap-shootdown')
