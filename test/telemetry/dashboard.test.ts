import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { COUNTERS, HISTOGRAMS } from '../../src/telemetry/instruments.js'
import { root } from '../helpers/source-files.js'

interface Dashboard {
  readonly panels: readonly {
    readonly title: string
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[]
  }[]
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const { panels }: Dashboard = JSON.parse(read('docs/telemetry/dashboard.json'))
const page = read('docs/telemetry.md')
const underscored = (name: string): string => name.replaceAll('.', '_')

/** What Prometheus calls each metric, with the labels that the page names. */
const known = new Map(
  [
    ...Object.keys(COUNTERS).map((name) => [name, [`${underscored(name)}_total`]] as const),
    ...Object.keys(HISTOGRAMS).map(
      (name) => [name, ['_bucket', '_count', '_sum'].map((part) => `${underscored(name)}_seconds${part}`)] as const,
    ),
  ].flatMap(([name, series]) => {
    const [, row = ''] = new RegExp(`^\\| \`${name.replaceAll('.', '\\.')}\` .*\\| ([^|]*) \\|$`, 'm').exec(page) ?? []
    const labels = [...row.matchAll(/`([^`]+)`/g)].map(([, label = '']) => underscored(label))
    return series.map((one) => [one, [...labels, 'le']] as const)
  }),
)

describe('docs/telemetry/dashboard.json', () => {
  it.each(panels.flatMap(({ targets, title }) => targets.map(({ expr, legendFormat }) => ({ title, expr, legendFormat }))))(
    'asks for what there is: $title ($legendFormat)',
    ({ expr, legendFormat }) => {
      const metrics = [...expr.matchAll(/\botp_\w+_(?:total|bucket|count|sum)\b/g)].map(([name]) => name)
      expect(metrics).not.toEqual([])
      const labels = [
        ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(', ')),
        ...[...expr.matchAll(/{(\w+)[!=~]/g)].map(([, label = '']) => label),
        ...[...legendFormat.matchAll(/{{(\w+)}}/g)].map(([, label = '']) => label),
      ]
      for (const metric of metrics) expect([metric, known.has(metric)]).toEqual([metric, true])
      for (const label of labels) expect([label, metrics.some((metric) => known.get(metric)?.includes(label))]).toEqual([label, true])
    },
  )

  it('has the panels that the page explains and the picture shows', () => {
    const titles = panels.map(({ title }) => title)
    const explained = [...(page.split('## A dashboard')[1] ?? '').matchAll(/^\| ([^|]+) \| /gm)].map(([, title]) => title).slice(1)
    expect(explained).toEqual(titles)
    const picture = read('docs/telemetry/dashboard.svg')
    expect(titles.filter((title) => !picture.includes(`>${title}</text>`))).toEqual([])
  })
})
