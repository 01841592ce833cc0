import { agreement } from '../agreement.ts'

agreement('sessions')
