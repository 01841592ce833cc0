import { agreement } from '../agreement.ts'

agreement('timed-block')
