import { suite } from '../suite.ts'

suite('delegation')
