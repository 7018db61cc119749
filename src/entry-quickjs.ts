/** What the executable runs. */

import { loadAddon, quickjsHost, setExitStatus } from '#host/quickjs.ts'
import { main } from './main.ts'

setExitStatus(await main(quickjsHost(), loadAddon))
