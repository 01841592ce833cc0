import { suite } from '../tests/scenarios/suite.ts'

suite('channel-close')
