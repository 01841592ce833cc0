import { agreement } from '../agreement.ts'

agreement('wait-wake')
