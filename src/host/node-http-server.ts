/** Answering HTTP on Node.js. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AnswerRequest, HttpEndpoint, HttpServer, ServedAnswer } from './http.ts'

/** See `Http.serve`. */
export async function serveHttp(
  { address, port }: HttpEndpoint,
  answer: AnswerRequest,
): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request
    const path = url.replace(/[?#].*$/, '')
    const { status, contentType, body } = answerSafely(() => answer({ method, path }))
    response.writeHead(status, { 'content-type': contentType }).end(body)
    request.resume()
  })
  server.listen(port, address)
  await once(server, 'listening')
  const bound = server.address()
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    [Symbol.dispose]: close,
  }
}

function answerSafely(answer: () => ServedAnswer): ServedAnswer {
  try {
    return answer()
  } catch {
    return { status: 500, contentType: 'text/plain', body: 'internal server error\n' }
  }
}
