/** What `node dist/plugins/<type>.js` runs. */

import { loadAddon, nodeHost } from '#host/node.ts'
import { main } from './main.ts'

process.exitCode = await main(nodeHost(), loadAddon)
