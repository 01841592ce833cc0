import { agreement } from '../agreement.ts'

agreement('kexec')
