import { agreement } from '../agreement.ts'

agreement('ring-allocation')
