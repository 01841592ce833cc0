import { agreement } from '../agreement.ts'

agreement('shootdown')
