import { agreement } from '../agreement.ts'

agreement('patch-plan')
