import { agreement } from '../agreement.ts'

agreement('physical-pointer-overlap')
