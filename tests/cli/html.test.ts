import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DefaultTreeAdapterMap, parse } from 'parse5'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scenarios } from '../../scenarios/index.ts'
import { capture } from './capture.ts'

type Node = DefaultTreeAdapterMap['node']
type Element = DefaultTreeAdapterMap['element']

const childrenOf = (node: Node): Node[] => ('childNodes' in node ? node.childNodes : [])
const elementsOf = (node: Node): Element[] => [...('tagName' in node ? [node] : []), ...childrenOf(node).flatMap(elementsOf)]
const attribute = (element: Element, name: string): string | undefined => element.attrs.find((one) => one.name === name)?.value
const textOf = (node: Node): string => ('value' in node ? node.value : childrenOf(node).map(textOf).join(''))
const classesOf = (element: Element): string[] => (attribute(element, 'class') ?? '').split(' ')

/** The tables of lanes in a page: their actors, and of each step its lane and label. */
function lanesIn(page: string) {
  const tables = elementsOf(parse(page)).filter((element) => element.tagName === 'table' && classesOf(element).includes('lanes'))
  return tables.map((table) => ({
    actors: elementsOf(table).flatMap((element) => attribute(element, 'data-lane') ?? []),
    steps: elementsOf(table)
      .filter((element) => attribute(element, 'data-step') !== undefined)
      .map((row) => {
        const [moving] = elementsOf(row).filter((element) => classesOf(element).includes('moves'))
        return { lane: attribute(moving!, 'data-actor'), text: textOf(moving!), changes: textOf(row).includes(' -> ') }
      }),
  }))
}

/** What a browser found: for each moving lane, how far to the right it is, and whether it looks otherwise than an idle one. */
const probe = `<script>
for (const cell of document.querySelectorAll('.lanes .moves')) {
  cell.closest('details').open = true
  const idle = cell.parentElement.querySelector('.lane:not(.moves)')
  cell.dataset.left = Math.round(cell.getBoundingClientRect().left)
  cell.dataset.width = Math.round(cell.getBoundingClientRect().width)
  cell.dataset.stands = String(getComputedStyle(cell).backgroundColor !== getComputedStyle(idle).backgroundColor)
}
for (const svg of document.querySelectorAll('svg')) svg.dataset.width = Math.round(svg.getBoundingClientRect().width)
</script>`

const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'chrome']

/** The page as a headless Chromium has it after it was laid out, or nothing where none is installed. */
function rendered(file: string, profile: string): string | undefined {
  for (const browser of browsers) {
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`, '--dump-dom']
    const { status, stdout } = spawnSync(browser, [...flags, `file://${file}`], {
      encoding: 'utf8',
      timeout: 50_000,
      maxBuffer: 1 << 28,
    })
    if (status === 0) return stdout
  }
  return undefined
}

describe('the HTML page', () => {
  let folder: string
  let page: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'litebox-model-'))
    page = (await capture('check unmap-shootdown --design snapshot --reporter html', { scenarios })).out
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const expectLanes = (of: string): void => {
    const [first, ...others] = lanesIn(of)
    expect(others).toHaveLength(5)
    expect(first).toEqual({
      actors: ['cpu0', 'cpu1'],
      steps: [
        { lane: 'cpu1', text: 'tlb.fill(cpu1,page0) environment', changes: true },
        { lane: 'cpu0', text: 'unmap.enter environment', changes: true },
        { lane: 'cpu0', text: 'unmap.lock', changes: true },
        { lane: 'cpu0', text: 'unmap.clear(page0)', changes: true },
        { lane: 'cpu0', text: 'unmap.free(frame0)', changes: true },
      ],
    })
  }

  test('has a lane for each actor of a trace, in the page and in a browser', { timeout: 60_000 }, async ({ annotate }) => {
    expectLanes(page)
    const file = join(folder, 'report.html')
    writeFileSync(file, page.replace('</body>', `${probe}</body>`))
    const dom = rendered(file, join(folder, 'profile'))
    if (dom === undefined) {
      await annotate(`none of ${browsers.join(', ')} is installed: the page was parsed, and not rendered`)
      return
    }
    expectLanes(dom)
    const moving = elementsOf(parse(dom)).filter((element) => classesOf(element).includes('moves'))
    for (const cell of moving) expect(attribute(cell, 'data-stands')).toBe('true')
    const leftOf = (actor: string): number[] => [
      ...new Set(
        moving
          .slice(0, 5)
          .flatMap((cell) => (attribute(cell, 'data-actor') === actor ? Number(attribute(cell, 'data-left')) : [])),
      ),
    ]
    expect(leftOf('cpu0')).toHaveLength(1)
    expect(leftOf('cpu1')).toHaveLength(1)
    expect(leftOf('cpu0')[0]).toBeLessThan(leftOf('cpu1')[0]!)
    for (const svg of elementsOf(parse(dom)).filter(({ tagName }) => tagName === 'svg'))
      expect(Number(attribute(svg, 'data-width'))).toBeGreaterThan(20)
  })

  test('draws every machine, and names each drawing', () => {
    const figures = elementsOf(parse(page)).filter(({ tagName }) => tagName === 'figure')
    expect(figures.map((figure) => attribute(figure, 'id'))).toContain('machine-tlbEntry')
    for (const figure of figures) {
      const [svg] = elementsOf(figure).filter(({ tagName }) => tagName === 'svg')
      expect(attribute(svg!, 'role')).toBe('img')
      expect(attribute(svg!, 'aria-label')).toMatch(/^State diagram of /)
      expect(textOf(svg!)).not.toBe('')
    }
  })

  test('needs nothing from elsewhere, and has no id twice', () => {
    const elements = elementsOf(parse(page))
    expect(elements.filter(({ tagName }) => ['script', 'link', 'img', 'iframe'].includes(tagName))).toEqual([])
    expect(page).not.toMatch(/url\(|@import|src=/)
    const ids = elements.flatMap((element) => attribute(element, 'id') ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    const links = elements.flatMap((element) => (element.tagName === 'a' ? attribute(element, 'href')! : []))
    expect(links.filter((link) => !link.startsWith('#') || !ids.includes(link.slice(1)))).toEqual([])
  })

  test('has a language, a title, one heading of the first rank, and a caption for every table', () => {
    const elements = elementsOf(parse(page))
    const count = (tag: string): number => elements.filter(({ tagName }) => tagName === tag).length
    expect(attribute(elements.find(({ tagName }) => tagName === 'html')!, 'lang')).toBe('en')
    expect([count('title'), count('h1'), count('main')].map((found, at) => (at === 0 ? found > 0 : found === 1))).toEqual([
      true,
      true,
      true,
    ])
    expect(count('caption')).toBe(count('table'))
  })

  test('escapes what it is given', async () => {
    const named = scenarios.find(({ name }) => name === 'litmus')!
    const [design] = Object.keys(named.designs)
    const odd = { ...named, designs: { [design!]: { ...named.designs[design!]!, story: '<b>&"bold"</b>' } } }
    const { out } = await capture(`check litmus --design ${design} --reporter html`, { scenarios: [odd] })
    expect(out).toContain('&lt;b&gt;&amp;&quot;bold&quot;&lt;/b&gt;')
  })
})
