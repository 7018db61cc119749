/** What the executable runs. */

import { loadAddon, quickjsHost, setExitStatus } from '#host/quickjs.ts'
import { main } from './main.ts'

/** Called once in a process; what is above may have been done when the executable was built. */
export async function run(): Promise<void> {
  setExitStatus(await main(quickjsHost(), loadAddon))
}
