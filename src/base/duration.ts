/** Durations as Go writes them. */

const unitsMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

/** The milliseconds of `1m30s`, `1.5h` or `0`: Go's time.ParseDuration. Nothing of another text. */
export function findDurationMs(text: string): number | undefined {
  const [, sign = '', rest = ''] = /^([-+]?)(.*)$/s.exec(text) ?? []
  if (rest === '0') return 0
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined
  let ms = 0
  for (const [, count = '', unit = ''] of rest.matchAll(/([\d.]+)([^\d.]+)/g)) {
    ms += Number(count) * (unitsMs[unit] ?? 0)
  }
  return sign === '-' ? -ms : ms
}
