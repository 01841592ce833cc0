import { agreement } from '../agreement.ts'

agreement('shared-memory-use')
