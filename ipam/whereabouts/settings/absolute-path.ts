/** Paths in a configuration. */

import { ConfigError, type ConfigPath, describeFound } from '#base/config-error.ts'

/** @throws ConfigError for one that depends on where the runtime is */
export function absolutePath(path: string, key: ConfigPath): string {
  if (path.startsWith('/')) return path
  throw new ConfigError(key, 'an absolute path', describeFound(path))
}
