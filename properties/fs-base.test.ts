import { suite } from '../tests/scenarios/suite.ts'

suite('fs-base')
