// Runs a conformance test on Node.js: node --expose-gc run-on-node.mjs ADDON PRELUDE TEST

import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [addon, ...scripts] = process.argv.slice(2)
globalThis.addon = createRequire(import.meta.url)(addon)
globalThis.turn = () => new Promise((resolve) => setImmediate(resolve))
for (const script of scripts) await import(pathToFileURL(script).href)
