import { agreement } from '../agreement.ts'

agreement('snp-network')
