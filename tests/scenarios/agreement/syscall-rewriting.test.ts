import { agreement } from '../agreement.ts'

agreement('syscall-rewriting')
