import { suite } from '../tests/scenarios/suite.ts'

suite('remap-shootdown')
