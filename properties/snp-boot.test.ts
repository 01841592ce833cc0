import { suite } from '../tests/scenarios/suite.ts'

suite('snp-boot')
