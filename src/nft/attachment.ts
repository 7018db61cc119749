/** Whose a rule is, as its comment says it. */

import { utf8Bytes } from '#base/bytes.ts'
import type { Digests } from '#host/host.ts'

/** One interface of one container. */
export interface ContainerInterface {
  readonly containerId: string
  readonly ifName: string
}

/** One attachment of a container to a network. */
export interface Attachment extends ContainerInterface {
  /** The CNI name of the network. */
  readonly network: string
}

/** `NFTNL_UDATA_COMMENT_MAXLEN` of the nft tool, the most it takes as a comment. */
const longestComment = 128

const digestDigits = 16

/** What the comments of all attachments to a network begin with. */
export function networkMark(digests: Digests, network: string): string {
  return `${digest(digests, network)}-`
}

/** What the comments of one attachment begin with. */
export function attachmentMark(digests: Digests, attachment: Attachment): string {
  const { network, containerId, ifName } = attachment
  return networkMark(digests, network) + digest(digests, `${ifName}:${containerId}`)
}

function digest(digests: Digests, text: string): string {
  return digests.sha512(text).slice(0, digestDigits)
}

/** The reference plugins' comment: the mark, and in the room that is left a text for people. */
export function attachmentComment(digests: Digests, attachment: Attachment): string {
  const [network, ifName, containerId] = [
    attachment.network,
    attachment.ifName,
    attachment.containerId,
  ].map((name) => name.replaceAll('"', ''))
  const mark = attachmentMark(digests, attachment)
  const characters = [...`${mark}, net: ${network}, if: ${ifName}, id: ${containerId}`]
  while (utf8Bytes(characters.join('')).length > longestComment) characters.pop()
  return characters.join('')
}

/** The mark that a comment begins with. */
export function markOf(comment: string): string {
  return comment.slice(0, 2 * digestDigits + 1)
}

/** Tells of a comment whether it is of an attachment to `network` that is none of those in `valid`. */
export function stalenessOf(
  digests: Digests,
  network: string,
  valid: readonly ContainerInterface[],
): (comment: string) => boolean {
  const networks = networkMark(digests, network)
  const marks = new Set(valid.map((one) => attachmentMark(digests, { ...one, network })))
  return (comment) => comment.startsWith(networks) && !marks.has(markOf(comment))
}
