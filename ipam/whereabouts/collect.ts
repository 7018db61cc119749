/** GC: giving back what the runtime does not know of. */

import { collectFailures } from '#base/collect-failures.ts'
import type { Call } from '#cni/call.ts'
import type { Attachment } from '#cni/network-config.ts'
import { includesAttachment, requireValidAttachments } from '#cni/valid-attachments.ts'
import { readPlaceConfig } from './config.ts'
import { Session } from './session.ts'

/** A runtime collects when it has time. */
const collectTimeoutMs = 120_000

/**
 * Only of attachments that this node made of this network: a pool has the addresses of all nodes.
 *
 * @throws ConfigError, DatastoreError, SystemError
 */
export async function collect(call: Call): Promise<void> {
  const valid = requireValidAttachments(call.network)
  using session = new Session(call, await readPlaceConfig(call), collectTimeoutMs)
  const attached = await session.ledger.list('attached')
  const stale = attached.filter((attachment) => !includesAttachment(valid, attachment))
  await collectFailures(stale.map((attachment) => () => giveBack(call, session, attachment)))
  await session.settleOthers(Number.POSITIVE_INFINITY)
}

async function giveBack({ network }: Call, session: Session, attachment: Attachment) {
  const record = await session.ledger.find('attached', attachment)
  if (record?.network === network.name) await session.giveBack(record)
}
