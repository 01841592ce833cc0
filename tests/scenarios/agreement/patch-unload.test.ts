import { agreement } from '../agreement.ts'

agreement('patch-unload')
