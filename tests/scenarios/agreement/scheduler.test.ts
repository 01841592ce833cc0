import { agreement } from '../agreement.ts'

agreement('scheduler')
