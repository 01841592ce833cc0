import { agreement } from '../agreement.ts'

agreement('frame-heap-reuse')
