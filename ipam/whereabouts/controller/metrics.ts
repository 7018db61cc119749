/** What a daemon counts, in the text format of Prometheus. */

export type MetricKind = 'gauge' | 'counter' | 'histogram'

export interface Sample {
  /** Behind the name of the metric: `_sum`; empty for most. */
  readonly suffix?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** One of several samples, each with labels of its own. */
export interface Metric {
  readonly name: string
  readonly kind: MetricKind
  readonly help: string
  readonly samples: readonly Sample[]
}

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8'

export function formatMetrics(metrics: readonly Metric[]): string {
  return metrics.map(formatMetric).join('')
}

function formatMetric({ name, kind, help, samples }: Metric): string {
  const head = `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`
  return head + samples.map((sample) => `${formatSample(name, sample)}\n`).join('')
}

function formatSample(name: string, { suffix = '', labels = {}, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  const all = pairs.length === 0 ? '' : `{${pairs.join(',')}}`
  return `${name}${suffix}${all} ${value}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

/** A metric of one number. */
export function single(
  name: string,
  kind: MetricKind,
  { help, value }: { readonly help: string; readonly value: number },
): Metric {
  return { name, kind, help, samples: [{ value }] }
}
