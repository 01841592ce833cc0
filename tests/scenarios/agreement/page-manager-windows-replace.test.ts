import { agreement } from '../agreement.ts'

agreement('page-manager-windows-replace')
