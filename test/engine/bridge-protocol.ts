/**
 * What the two ends of the bridge say to each other: lines of JSON; before an answer, the number of the
 * request and a space.
 */

/** A call of a method, or a look at a property. */
export interface BridgeRequest {
  readonly id: number
  /** The host, a part of it (`files`), or an object that it gave. */
  readonly target: string
  readonly method: string
  readonly parameters: readonly unknown[]
}

/** An object that stays at the far end is answered with its name, which is a later target. */
export interface FarObject {
  readonly name: string
}

/** A `SystemError`, or any other failure with a message alone. */
export interface BridgeFailure {
  readonly message: string
  readonly facts?: {
    readonly operation: string
    readonly object: string
    readonly errno: number
    readonly code: string
    readonly text: string
    readonly detail?: string | undefined
  }
}

export interface BridgeAnswer {
  readonly value?: unknown
  readonly failure?: BridgeFailure
}
