/** Answers `/metrics` and `/healthz`. */

import type { Http, HttpEndpoint, ServedAnswer, ServedRequest } from '#host/http.ts'
import { formatMetrics, type Metric, metricsContentType } from './metrics.ts'

/** What a daemon says of itself when it is asked. */
export interface Vitals {
  readonly metrics: () => readonly Metric[]
  /** Why it does not do its work; nothing when it does. */
  readonly complaint: () => string | undefined
}

/** Until disposed. @throws SystemError */
export async function serveVitals(
  http: Http,
  endpoint: HttpEndpoint | undefined,
  vitals: Vitals,
): Promise<Disposable> {
  if (endpoint === undefined) return { [Symbol.dispose]: () => {} }
  return await http.serve(endpoint, (request) => answer(request, vitals))
}

function answer({ method, path }: ServedRequest, { metrics, complaint }: Vitals): ServedAnswer {
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'only GET is answered')
  if (path === '/metrics') {
    return { status: 200, contentType: metricsContentType, body: formatMetrics(metrics()) }
  }
  if (path !== '/healthz') return plain(404, 'there are /metrics and /healthz')
  const trouble = complaint()
  return trouble === undefined ? plain(200, 'ok') : plain(503, trouble)
}

function plain(status: number, text: string): ServedAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${text}\n` }
}
