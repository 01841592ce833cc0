import { agreement } from '../agreement.ts'

agreement('pointer-errors')
