import { suite } from '../suite.ts'

suite('page-manager-stack')
