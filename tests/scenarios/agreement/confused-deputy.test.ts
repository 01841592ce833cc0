import { agreement } from '../agreement.ts'

agreement('confused-deputy')
