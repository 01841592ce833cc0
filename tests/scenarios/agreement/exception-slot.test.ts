import { agreement } from '../agreement.ts'

agreement('exception-slot')
