import { agreement } from '../agreement.ts'

agreement('futex-wake-some')
