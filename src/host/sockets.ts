/** Unix sockets, as the port gives them. */

export interface ConnectRequest {
  /** How long connecting may take, and later each reading and each writing. */
  readonly timeoutMs: number
}

export interface ListenRequest {
  /** The permission bits of the socket file, exactly; writing is what a client must be allowed. */
  readonly mode: number
  /** How long each reading from and each writing to a client may take. */
  readonly timeoutMs: number
}

/** Unix stream sockets. Every failure is a `SystemError` naming the socket's path. */
export interface Sockets {
  /**
   * @throws SystemError, `ENOENT` when there is no socket, `ECONNREFUSED` when nobody listens to it,
   *   `ETIMEDOUT` when it has no room for another client for too long
   */
  connect(path: string, request: ConnectRequest): Promise<Connection>
  /**
   * Creates a socket file and listens to it.
   *
   * @throws SystemError, `EADDRINUSE` when something has the name, be it what a crash left
   */
  listen(path: string, request: ListenRequest): Promise<Listener>
  /**
   * Listens to a socket that this process was given by number (sd_listen_fds(3)); disposing it closes
   * it and leaves its file alone.
   *
   * @throws SystemError, `EBADF` when there is none with that number, `ENOTSOCK` or `EINVAL` when it is
   *   no unix stream socket that listens
   */
  adopt(descriptor: number, request: AdoptRequest): Promise<Listener>
}

export interface AdoptRequest {
  /** How long each reading from and each writing to a client may take. */
  readonly timeoutMs: number
}

/** Listens until it is disposed, which removes the socket file. */
export interface Listener extends Disposable {
  /** The next client, or nothing once the listener is disposed. One call at a time. @throws SystemError */
  accept(): Promise<Connection | undefined>
}

/**
 * Either end of a conversation. Disposing it ends the conversation; whoever still waits for it gets
 * `ECANCELED`. After a failure nothing but disposing is of use.
 */
export interface Connection extends Disposable {
  /**
   * What the peer says next, as UTF-8, in pieces of any length; nothing when it has ended. One call
   * at a time.
   *
   * @throws SystemError, `ETIMEDOUT` when it says nothing for too long
   */
  read(): Promise<string | undefined>
  /** One call at a time. @throws SystemError, `ETIMEDOUT` when the peer listens to nothing for too long */
  write(text: string): Promise<void>
  /** Tells the peer that nothing more will be said; it can still answer. */
  end(): Promise<void>
  /**
   * Who connected, as the kernel remembers (`SO_PEERCRED`, unix(7)), in the namespaces of this
   * process: of a client of a listener, and for whoever connected, who listens.
   */
  peer(): Peer
}

/** A process at the other end of a socket. */
export interface Peer {
  readonly userId: number
  readonly processId: number
}
