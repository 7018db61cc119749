/** How much a program may say. */

import type { SystemError } from '#base/system-error.ts'
import { refusal } from './refusal.ts'

/** More than this on one stream is no answer of a plugin. */
export const maxOutputLength: number = 16 * 1024 * 1024

export function tooMuchOutput(path: string): SystemError {
  const detail = `more than ${maxOutputLength} bytes`
  return refusal('ENOBUFS', { operation: 'read output of', object: path, detail })
}
