import { agreement } from '../agreement.ts'

agreement('kernel-fault')
