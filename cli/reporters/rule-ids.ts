import { createHash } from 'node:crypto'

/**
 * Gives each property of a scenario an id: its name in letters, digits and dashes. Names of which that leaves the same end in a
 * part of their hash, behind a dot, which no other id has. `claims`: every property of the designs that were
 * searched, whether it is reported or not, so that an id does not depend on what fails.
 */
export function ruleIdsOf(
  claims: Iterable<readonly [scenario: string, property: string]>,
): (scenario: string, property: string) => string {
  const namesOf = new Map<string, Set<string>>()
  for (const [scenario, property] of claims) {
    const id = folded(scenario, property)
    namesOf.set(id, (namesOf.get(id) ?? new Set()).add(property))
  }
  return (scenario, property) => {
    const id = folded(scenario, property)
    return (namesOf.get(id)?.size ?? 0) > 1 ? `${id}.${hashOf(property)}` : id
  }
}

const folded = (scenario: string, property: string): string => `${scenario}/${property.replace(/[^A-Za-z0-9]+/g, '-')}`
const hashOf = (property: string): string => createHash('sha256').update(property).digest('hex').slice(0, 12)
