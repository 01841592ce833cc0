import { suite } from '../tests/scenarios/suite.ts'

suite('frame-heap')
