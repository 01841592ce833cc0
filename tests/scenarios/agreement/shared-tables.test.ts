import { agreement } from '../agreement.ts'

agreement('shared-tables')
