import { agreement } from '../agreement.ts'

agreement('unmap-shootdown')
