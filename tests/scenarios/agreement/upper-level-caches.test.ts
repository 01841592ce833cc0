import { agreement } from '../agreement.ts'

agreement('upper-level-caches')
