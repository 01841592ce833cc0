import { agreement } from '../agreement.ts'

agreement('raw-mutex')
