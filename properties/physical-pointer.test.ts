import { suite } from '../tests/scenarios/suite.ts'

suite('physical-pointer')
