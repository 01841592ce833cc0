import { agreement } from '../agreement.ts'

agreement('physical-pointer-table')
