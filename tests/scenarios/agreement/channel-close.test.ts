import { agreement } from '../agreement.ts'

agreement('channel-close')
