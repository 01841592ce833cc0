/** What an article, a review or a description says, as a property of a scenario that can be held against it. */
export interface Claim {
  readonly article: 'punchthrough' | 'linux-on-windows' | 'sev-snp-runner' | 'pr-556-upcall' | 'pr-817-physical-pointers'
  /** The article's own words, shortened. */
  readonly quote: string
  readonly scenario: string
  /** The name of the property that says it. */
  readonly property: string
}
