import { agreement } from '../agreement.ts'

agreement('text-patch')
