import { agreement } from '../agreement.ts'

agreement('guest-window')
