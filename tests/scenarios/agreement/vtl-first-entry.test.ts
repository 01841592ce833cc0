import { agreement } from '../agreement.ts'

agreement('vtl-first-entry')
