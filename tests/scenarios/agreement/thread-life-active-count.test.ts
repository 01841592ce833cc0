import { agreement } from '../agreement.ts'

agreement('thread-life-active-count')
