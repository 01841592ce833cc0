import { regressionSuite } from '../cli/vitest/index.ts'
import { scenarios } from '../scenarios/index.ts'

regressionSuite(scenarios)
