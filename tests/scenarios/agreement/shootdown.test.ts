import { suite } from '../suite.ts'

suite('shootdown')
