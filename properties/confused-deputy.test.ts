import { suite } from '../tests/scenarios/suite.ts'

suite('confused-deputy')
