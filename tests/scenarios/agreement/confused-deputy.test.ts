import { suite } from '../suite.ts'

suite('confused-deputy')
