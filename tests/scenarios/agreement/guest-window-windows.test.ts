import { suite } from '../suite.ts'

suite('guest-window-windows')
