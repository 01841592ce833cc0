import { agreement } from '../agreement.ts'

agreement('vtl-protection')
