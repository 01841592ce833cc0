import { agreement } from '../agreement.ts'

agreement('litmus')
