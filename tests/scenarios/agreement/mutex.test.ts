import { agreement } from '../agreement.ts'

agreement('mutex')
