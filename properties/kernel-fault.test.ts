import { suite } from '../tests/scenarios/suite.ts'

suite('kernel-fault')
