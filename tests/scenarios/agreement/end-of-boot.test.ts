import { agreement } from '../agreement.ts'

agreement('end-of-boot')
