import { articleClaims } from './article-claims.ts'
import { channelCloseArticleClaims } from './channel-close.ts'
import type { Claim } from './claim.ts'
import { delegationArticleClaims } from './delegation.ts'
import { exceptionCallbackClaims } from './exception-callback.ts'
import { exceptionSlotClaims } from './exception-slot.ts'
import { fsBaseClaims } from './fs-base.ts'
import { guestWindowWindowsClaims } from './guest-window-windows.ts'
import { windowsReplaceClaims } from './page-manager-windows-replace.ts'
import { physicalPointerClaims } from './physical-pointer/claims.ts'
import { platformMultiplexerClaims } from './platform-multiplexer.ts'
import { punchthroughClaims } from './punchthrough.ts'
import { punchthroughCloneClaims } from './punchthrough-clone.ts'
import { punchthroughEntryClaims } from './punchthrough-entry.ts'
import { punchthroughOpteeClaims } from './punchthrough-optee.ts'
import { punchthroughRevocationClaims } from './punchthrough-revocation.ts'
import { snpBootClaims } from './snp-boot.ts'
import { snpFaultArticleClaims } from './snp-faults.ts'
import { snpGhcbClaims } from './snp-ghcb.ts'
import { snpNetworkClaims } from './snp-network.ts'
import { snpRequestClaims } from './snp-requests.ts'
import { syscallRewritingClaims } from './syscall-rewriting.ts'
import { threadLifeActiveCountClaims } from './thread-life-active-count.ts'

/** Every claim of the articles and reviews that a property states, in the order of CLAIMS.md. */
export const claims: readonly Claim[] = [
  ...punchthroughClaims,
  ...punchthroughRevocationClaims,
  ...punchthroughEntryClaims,
  ...punchthroughCloneClaims,
  ...punchthroughOpteeClaims,
  ...platformMultiplexerClaims,
  ...fsBaseClaims,
  ...guestWindowWindowsClaims,
  ...exceptionSlotClaims,
  ...exceptionCallbackClaims,
  ...windowsReplaceClaims,
  ...syscallRewritingClaims,
  ...channelCloseArticleClaims,
  ...articleClaims,
  ...threadLifeActiveCountClaims,
  ...snpGhcbClaims,
  ...snpFaultArticleClaims,
  ...snpBootClaims,
  ...snpNetworkClaims,
  ...snpRequestClaims,
  ...delegationArticleClaims,
  ...physicalPointerClaims,
]
