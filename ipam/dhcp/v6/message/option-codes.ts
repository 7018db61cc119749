/** The numbers of DHCPv6 options, message types and status codes. */

/** RFC 8415 §21, and where noted another. */
export const optionCodes6 = {
  clientId: 1,
  serverId: 2,
  addressAssociation: 3,
  address: 5,
  optionRequest: 6,
  preference: 7,
  elapsedTime: 8,
  status: 13,
  rapidCommit: 14,
  /** RFC 3646. */
  dnsServers: 23,
  /** RFC 3646. */
  domainSearch: 24,
  solicitMaxRt: 82,
} as const

/** RFC 8415 §7.3: those that a client and a server exchange about addresses. */
export const messageTypes6 = {
  solicit: 1,
  advertise: 2,
  request: 3,
  confirm: 4,
  renew: 5,
  rebind: 6,
  reply: 7,
  release: 8,
  decline: 9,
} as const

export type MessageType6 = keyof typeof messageTypes6

/** RFC 8415 §21.13. */
export const statusCodes = {
  success: 0,
  unspecFail: 1,
  noAddrsAvail: 2,
  noBinding: 3,
  notOnLink: 4,
  useMulticast: 5,
} as const

/** Their names in the RFC. */
export const statusNames: readonly string[] = [
  'Success',
  'UnspecFail',
  'NoAddrsAvail',
  'NoBinding',
  'NotOnLink',
  'UseMulticast',
]
