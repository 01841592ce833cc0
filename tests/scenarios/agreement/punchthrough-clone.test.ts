import { agreement } from '../agreement.ts'

agreement('punchthrough-clone')
