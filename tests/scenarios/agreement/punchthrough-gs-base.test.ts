import { agreement } from '../agreement.ts'

agreement('punchthrough-gs-base')
