import { agreement } from '../agreement.ts'

agreement('rwlock')
