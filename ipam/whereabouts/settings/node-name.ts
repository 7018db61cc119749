/** What this node is called in its cluster. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { Host } from '#host/host.ts'

const longestName = 1_024

/**
 * `NODENAME` of the environment, else the file `nodename` in the folder, else `/etc/hostname`, as with
 * the original.
 *
 * @throws CniError when none of them says it, SystemError
 */
export async function readNodeName(
  { environment, files }: Pick<Host, 'environment' | 'files'>,
  folder: string | undefined,
): Promise<string> {
  const paths = [...(folder === undefined ? [] : [`${folder}/nodename`]), '/etc/hostname']
  const told = clean(environment.get('NODENAME'))
  if (told !== undefined) return told
  for (const path of paths) {
    const name = clean(await files.findText(path))
    if (name !== undefined) return name
  }
  const msg = `find the name of this node: neither NODENAME nor ${paths.join(' nor ')} has it`
  throw new CniError(cniErrorCodes.invalidConfig, msg)
}

function clean(text: string | undefined): string | undefined {
  const name = text?.slice(0, longestName).trim()
  return name === '' ? undefined : name
}
