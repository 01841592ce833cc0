/** Throws when the sources do not compile; what was built before is left as it was. */
export declare function ensureBuild(): void
