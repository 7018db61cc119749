/** Answering HTTP on Node.js. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import { answerWith } from './answer-request.ts'
import type { AnswerRequest, HttpEndpoint, HttpServer } from './http.ts'

/** See `Http.serve`. */
export async function serveHttp(
  { address, port }: HttpEndpoint,
  answer: AnswerRequest,
): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request
    const { status, contentType, body } = answerWith(answer, { method, url })
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
