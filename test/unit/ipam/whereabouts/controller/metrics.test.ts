import { expect, test } from 'vitest'
import { formatMetrics } from '#ipam/whereabouts/controller/metrics.ts'
import { serveVitals } from '#ipam/whereabouts/controller/serve-metrics.ts'
import { FakeHttp } from '#test/lab/fake-http.ts'

test('metrics are in the text format of Prometheus', () => {
  const samples = [
    { labels: { a: 'x"y\\z\n', b: '' }, value: 1.5 },
    { suffix: '_sum', value: Number.POSITIVE_INFINITY },
  ]
  const text = formatMetrics([{ name: 'm', kind: 'histogram', help: 'What it is.', samples }])
  expect(text).toBe(
    '# HELP m What it is.\n# TYPE m histogram\nm{a="x\\"y\\\\z\\n",b=""} 1.5\nm_sum Infinity\n',
  )
})

test('a daemon tells how it is going', async () => {
  const http = new FakeHttp()
  let complaint: string | undefined = 'nobody answers'
  const vitals = { metrics: () => [], complaint: () => complaint }
  const endpoint = { address: '127.0.0.1', port: 9654 }
  using _server = await serveVitals(http, endpoint, vitals)
  const ask = (path: string, method = 'GET') =>
    http.served.get('127.0.0.1:9654')?.({ method, path })
  expect(ask('/healthz')).toMatchObject({ status: 503, body: 'nobody answers\n' })
  complaint = undefined
  expect(ask('/healthz')).toMatchObject({ status: 200, body: 'ok\n' })
  expect(ask('/metrics')).toMatchObject({ status: 200, body: '' })
  expect(ask('/')).toMatchObject({ status: 404 })
  expect(ask('/metrics', 'POST')).toMatchObject({ status: 405 })
})
