/** Which attachments GC is to keep. */

import { ConfigError } from '#base/config-error.ts'
import type { Attachment, NetworkConfig } from './network-config.ts'

/**
 * SPEC 1.1.0 "GC" requires the list. Taking its absence for an empty one would free every address.
 *
 * @throws ConfigError
 */
export function requireValidAttachments({
  validAttachments,
}: NetworkConfig): readonly Attachment[] {
  if (validAttachments !== undefined) return validAttachments
  const expected = 'the list of attachments to keep'
  throw new ConfigError(['cni.dev/valid-attachments'], expected, 'nothing')
}

/** Whether one of the attachments is this one. */
export function includesAttachment(
  attachments: readonly Attachment[],
  { containerId, ifName }: Attachment,
): boolean {
  return attachments.some((each) => each.containerId === containerId && each.ifName === ifName)
}
