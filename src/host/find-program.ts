/** Where a program of the machine is. */

import { isSystemError } from '#base/system-error.ts'
import type { FileStatus, Host } from './host.ts'

/** What applies without `PATH`, as runtimes need not set it. */
const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const anyExecuteBit = 0o111

/**
 * The path of the first executable file of the name along `PATH`, links followed, or nothing. Only
 * absolute folders count: which program runs must not depend on where a runtime was started.
 *
 * @param name without a slash
 * @throws SystemError when a folder cannot be looked into for another reason than its permissions
 */
export async function findProgram(host: Host, name: string): Promise<string | undefined> {
  const searchPath = host.environment.get('PATH') || defaultPath
  const folders = searchPath.split(':').filter((folder) => folder.startsWith('/'))
  for (const folder of folders) {
    const path = `${folder.replace(/\/+$/, '')}/${name}`
    if (isProgram(await findStatus(host, path))) return path
  }
  return undefined
}

/** Folders that are closed to this process are passed over, as execvp(3) does. */
async function findStatus({ files }: Host, path: string): Promise<FileStatus | undefined> {
  try {
    return await files.findStatus(path)
  } catch (thrown) {
    if (isSystemError(thrown, 'EACCES')) return undefined
    throw thrown
  }
}

function isProgram(status: FileStatus | undefined): boolean {
  return status?.kind === 'file' && (status.mode & anyExecuteBit) !== 0
}
