import { agreement } from '../agreement.ts'

agreement('fs-base')
