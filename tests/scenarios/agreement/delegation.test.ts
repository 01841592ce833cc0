import { agreement } from '../agreement.ts'

agreement('delegation')
