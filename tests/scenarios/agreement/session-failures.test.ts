import { agreement } from '../agreement.ts'

agreement('session-failures')
