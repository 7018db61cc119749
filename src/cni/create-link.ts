/** Creating the link of the sandbox. */

import type { Rollback } from '#base/rollback.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link, LinkSpec } from '#kernel/link.ts'

/** Creates a link, which goes again should a later step fail. @throws SystemError */
export function createLink(sandbox: Namespace, spec: LinkSpec, undo: Rollback): Link {
  const link = sandbox.createLink(spec)
  undo.did(`create link ${link.name}`, () => sandbox.removeLink(link.index))
  return link
}
