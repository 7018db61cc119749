/** Digests on Node.js. */

import { createRequire } from 'node:module'
import type { Digests } from './host.ts'

export const nodeDigests: Digests = {
  sha512: (text) => {
    // Loaded on demand: node:crypto takes milliseconds, and few calls digest anything.
    const { createHash }: typeof import('node:crypto') = require('node:crypto')
    return createHash('sha512').update(text, 'utf8').digest('hex')
  },
}

const require = createRequire(import.meta.url)
