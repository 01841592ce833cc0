import { agreement } from '../agreement.ts'

agreement('vtl-switch')
