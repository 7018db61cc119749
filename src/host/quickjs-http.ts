/** HTTP in the executable. */

import type { HttpEngine } from './http-engine.ts'
import { toSystemError } from './quickjs-errors.ts'
import { refusal } from './refusal.ts'

const missing = refusal('EPROTO', { operation: 'use', object: 'HTTP', detail: 'not built yet' })

export const quickjsHttpEngine: HttpEngine = {
  openPool: () => {
    throw missing
  },
  serve: () => Promise.reject(missing),
  toSystemError,
}
