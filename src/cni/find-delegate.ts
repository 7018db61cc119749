/** Where the program of a delegate is. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { Call } from './call.ts'

/** A delegate that was found. */
export interface Delegate {
  readonly type: string
  readonly path: string
}

/**
 * The first regular file of the name in the folders of `CNI_PATH`, links followed.
 *
 * @throws CniError 7 in the reference's words
 */
export async function findDelegate(call: Call, type: string): Promise<Delegate> {
  if (type === '') throw notFound('no plugin name provided', 'the type of the delegate is empty')
  if (type.includes('/')) {
    throw notFound(`invalid plugin name: ${type}`, 'a type is looked up in CNI_PATH, it is no path')
  }
  if (call.searchPath.length === 0) throw notFound('no paths provided', 'CNI_PATH has no folders')
  for (const folder of call.searchPath) {
    const path = `${folder.replace(/\/+$/, '')}/${type}`
    const status = await call.host.files.findStatus(path)
    if (status?.kind === 'file') return { type, path }
  }
  throw notFound(
    `failed to find plugin ${JSON.stringify(type)} in path [${call.searchPath.join(' ')}]`,
    'none of the folders of CNI_PATH has a regular file of this name',
  )
}

function notFound(msg: string, details: string): CniError {
  return new CniError(cniErrorCodes.invalidConfig, msg, details)
}
