import { suite } from '../tests/scenarios/suite.ts'

suite('end-of-boot')
