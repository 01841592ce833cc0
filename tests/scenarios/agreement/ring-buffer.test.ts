import { suite } from '../suite.ts'

suite('ring-buffer')
