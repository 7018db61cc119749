/** Addresses of links. */

import type { IpAddress } from '#ip/address.ts'
import type { IpPrefix } from '#ip/prefix.ts'

/** `ip address add PREFIX broadcast BROADCAST dev LINK` */
export interface AddressSpec {
  /** Index of the link. */
  readonly link: number
  /** The address with its host bits, and the length of its network's prefix. */
  readonly prefix: IpPrefix
  readonly broadcast?: IpAddress
  /** `RT_SCOPE_*`: 0 global (the default), 200 site, 253 link, 254 host. */
  readonly scope?: number
  /** Skip duplicate address detection, `IFA_F_NODAD`. */
  readonly skipsDuplicateDetection?: boolean
}

/** An address as the kernel describes it (`RTM_NEWADDR`). */
export interface Address {
  readonly link: number
  readonly prefix: IpPrefix
  readonly broadcast?: IpAddress
  readonly scope: number
  /** `IFA_F_TENTATIVE`: duplicate address detection has not finished (RFC 4862 §5.4). */
  readonly isTentative: boolean
  /** `IFA_F_DADFAILED`: another host has it. */
  readonly isDuplicate: boolean
  readonly isPermanent: boolean
}

/** Which addresses to list; what is absent does not restrict. */
export interface AddressFilter {
  readonly link?: number
  readonly family?: 4 | 6
}
