import { agreement } from '../agreement.ts'

agreement('remap-shootdown')
