import { agreement } from '../agreement.ts'

agreement('ring-buffer')
