import { agreement } from '../agreement.ts'

agreement('vmap-reuse')
