import { suite } from '../suite.ts'

suite('frame-heap')
