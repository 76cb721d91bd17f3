export interface ReadSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** The samples of Prometheus' text format. Throws at the first line that is none, and at a series that stands there twice. */
export function readMetrics(text: string): readonly ReadSample[] {
  const seen = new Set<string>()
  return text
    .split('\n')
    .filter((line) => line !== '' && !/^# (HELP|TYPE) [a-z_]+ \S/.test(line))
    .map((line) => {
      const [, name, labels = '', value] =
        /^([a-z_][a-z0-9_]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\n"])*",?)*)\})? (-?[\d.e+-]+|[+-]Inf|NaN)$/.exec(
          line,
        ) ?? []
      if (name === undefined) throw new Error(`No sample: ${line}`)
      const series = line.slice(0, line.lastIndexOf(' '))
      if (seen.has(series)) throw new Error(`Twice: ${series}`)
      seen.add(series)
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label!, text!])
      return { name, labels: Object.fromEntries(pairs), value: Number(value!.replace('Inf', 'Infinity')) }
    })
}

/** The sum of a metric over the series that have these labels. */
export function sumOf(samples: readonly ReadSample[], name: string, labels: Record<string, string> = {}): number {
  return samples
    .filter(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    )
    .reduce((sum, { value }) => sum + value, 0)
}
