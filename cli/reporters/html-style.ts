/** Colours by name, once for light and once for dark; contrasts are those of WCAG AA. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1b1f24; --faint: #57606a; --line: #d0d7de; --lane: #f0f3f6;
  --good: #116329; --bad: #a40e26; --open: #7d4e00; --moves: #ddf4ff; --link: #0550ae;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1117; --ink: #e6edf3; --faint: #9da7b3; --line: #30363d; --lane: #161b22;
    --good: #56d364; --bad: #ff7b72; --open: #e3b341; --moves: #12304d; --link: #79c0ff;
  }
}
body { background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 80rem; margin: 0 auto; padding: 1rem; }
a { color: var(--link); }
h2 { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; font-size: 1.2rem; }
table { border-collapse: collapse; font-size: 0.9rem; }
caption { text-align: left; color: var(--faint); padding: 0.3rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.6rem; border-bottom: 1px solid var(--line); }
tbody th { font-weight: normal; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
.wide:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
tr.met td:nth-child(4) { color: var(--good); }
tr.unmet td:nth-child(4), tr.failed td:nth-child(2), .complaints { color: var(--bad); font-weight: 600; }
tr.open td:nth-child(4), tr.undecided td:nth-child(2) { color: var(--open); }
details { margin: 0.6rem 0; }
summary { cursor: pointer; font-weight: 600; }
.lanes td.lane { border-inline: 1px solid var(--line); background: var(--lane); }
.lanes td.moves { background: var(--moves); border-inline-start: 3px solid var(--link); }
.lanes tr.cycle th { font-style: italic; color: var(--faint); }
.changes ul { margin: 0; padding-inline-start: 1rem; font-family: ui-monospace, monospace; font-size: 0.85rem; }
small { color: var(--faint); display: block; }
code { font-family: ui-monospace, monospace; font-size: 0.85rem; overflow-wrap: anywhere; }
.links { display: flex; flex-wrap: wrap; gap: 0.3rem 1rem; list-style: none; padding: 0; font-size: 0.85rem; }
.machines { display: flex; flex-wrap: wrap; gap: 1.5rem; }
figure { margin: 0; overflow-x: auto; max-width: 100%; }
figcaption { font-weight: 600; }
svg { max-width: 100%; height: auto; overflow: visible; }
svg text { fill: var(--ink); font-family: Helvetica, Arial, sans-serif; }
svg path, svg polygon, svg ellipse { stroke: var(--ink); }
svg .edge polygon, svg ellipse[fill="black"] { fill: var(--ink); }
svg > g > polygon { stroke: none; }
`
