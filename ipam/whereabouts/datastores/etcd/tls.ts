/** The certificates that a configuration names. */

import { isSystemError } from '#base/system-error.ts'
import type { Files } from '#host/host.ts'
import type { TlsOptions } from '#host/http.ts'
import { DatastoreError } from '#ipam/whereabouts/datastores/datastore-error.ts'
import type { EtcdSettings } from '#ipam/whereabouts/settings/settings.ts'

/** @throws DatastoreError when one cannot be read */
export async function readTls(
  files: Files,
  { authoritiesFile, identityFiles }: EtcdSettings,
): Promise<TlsOptions> {
  const read = (path: string) => readPem(files, path)
  return {
    ...(authoritiesFile !== undefined && { authorities: await read(authoritiesFile) }),
    ...(identityFiles !== undefined && {
      identity: {
        certificate: await read(identityFiles.certificate),
        key: await read(identityFiles.key),
      },
    }),
  }
}

async function readPem(files: Files, path: string): Promise<string> {
  try {
    return await files.readText(path)
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    const hint = 'look at etcd_ca_cert_file, etcd_cert_file and etcd_key_file'
    throw new DatastoreError('refused', `${cause.message} — ${hint}`, cause)
  }
}
