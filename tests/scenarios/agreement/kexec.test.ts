import { suite } from '../suite.ts'

suite('kexec')
