import { suite } from '../suite.ts'

suite('end-of-boot')
