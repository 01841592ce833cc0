import { suite } from '../tests/scenarios/suite.ts'

suite('platform-multiplexer')
