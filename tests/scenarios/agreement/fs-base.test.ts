import { suite } from '../suite.ts'

suite('fs-base')
