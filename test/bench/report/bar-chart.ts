import { findFigures } from './find-figures.ts'
import type { Results } from './results.ts'

const [WIDTH, BAR, GAP, LABEL, TOP] = [760, 20, 8, 270, 46]

/** Requests per second of JSON at 64 connections, as an SVG that reads on light and dark pages. */
export function barChart(results: Results): string {
  const names = [...new Set(results.throughput.map(({ contender }) => contender))].filter((name) => name !== 'direct')
  const bars = names.map((name) => ({ name, value: findFigures(results, name, 'json', 64)?.perSecond.median ?? 0 }))
  const most = Math.max(...bars.map(({ value }) => value))
  const height = TOP + bars.length * (BAR + GAP)
  const { node, date, cores } = results.surroundings
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">
<title>Requests per second of each contender</title>
<style>text { fill: #444 } .ours { fill: #2f7d4f } .other { fill: #8a94a0 } @media (prefers-color-scheme: dark) { text { fill: #ccc } }</style>
<text x="0" y="16" font-weight="600">Requests per second, JSON of 1 KB, 64 connections</text>
<text x="0" y="33" font-size="11">Node ${node}, ${cores} cores shared with upstream, load generator and PostgreSQL, ${date}</text>
${bars.map((bar, index) => row(bar, index, most)).join('\n')}
</svg>
`
}

function row({ name, value }: { name: string; value: number }, index: number, most: number): string {
  const y = TOP + index * (BAR + GAP)
  const width = Math.max(1, Math.round((value / most) * (WIDTH - LABEL - 70)))
  const kind = name.startsWith('ours') ? 'ours' : 'other'
  return `<text x="${LABEL - 8}" y="${y + 15}" text-anchor="end">${name}</text><rect class="${kind}" x="${LABEL}" y="${y}" width="${width}" height="${BAR}" rx="3"/><text x="${LABEL + width + 6}" y="${y + 15}">${Math.round(value).toLocaleString('en')}</text>`
}
