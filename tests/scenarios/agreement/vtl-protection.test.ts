import { suite } from '../suite.ts'

suite('vtl-protection')
