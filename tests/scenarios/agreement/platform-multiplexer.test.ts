import { agreement } from '../agreement.ts'

agreement('platform-multiplexer')
