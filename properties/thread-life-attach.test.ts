import { suite } from '../tests/scenarios/suite.ts'

suite('thread-life-attach')
