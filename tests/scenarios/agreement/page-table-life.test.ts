import { agreement } from '../agreement.ts'

agreement('page-table-life')
