import { suite } from '../suite.ts'

suite('remap-shootdown')
