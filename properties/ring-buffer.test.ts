import { suite } from '../tests/scenarios/suite.ts'

suite('ring-buffer')
