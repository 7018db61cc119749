/**
 * What the executable offers its scripts (native/engine/host-module.h). What the system refuses is
 * thrown as an error with `errno`, `code`, the system's text as its message, and `detail` where there is
 * more to say.
 */
declare module 'netwright:engine' {
  /** The command line, with the program first. */
  export function getArguments(): string[]
  export function getProcessId(): number
  export function getVariable(name: string): string | undefined
  export function listVariables(): Record<string, string>
  /** What the process will end with. */
  export function setExitStatus(status: number): void
  /** The exports of the native addon, the same object every time. */
  export function loadAddon(): unknown

  /** What stat(2) tells. */
  export interface Status {
    readonly kind: 'file' | 'directory' | 'other'
    readonly device: number
    readonly inode: number
    readonly mode: number
    readonly size: number
  }
  /** Of the executable file that runs; nothing when it is out of reach. */
  export function findExecutable(): Status | undefined

  /** All of standard input; waits for its end. */
  export function readInput(): string
  export function writeOutput(text: string): void
  export function writeDiagnostic(text: string): void

  export function readText(path: string): string
  export function createExclusive(path: string, content: string, mode: number): void
  export function append(path: string, content: string, mode: number): void
  export function copyExclusive(from: string, to: string, mode: number): void
  export function link(from: string, to: string): void
  export function readLink(path: string): string
  export function rename(from: string, to: string): void
  export function unlink(path: string): void
  export function makeFolder(path: string, mode: number): void
  export function list(path: string): string[]
  export function status(path: string): Status

  /** clock_gettime(2) with `CLOCK_MONOTONIC`. */
  export function monotonicMs(): number
  export type Timer = number & { readonly timer: unique symbol }
  /** Calls `expire` once, as a task of its own. */
  export function startTimer(ms: number, expire: () => void): Timer
  /** Does nothing to one that has been called for. */
  export function stopTimer(timer: Timer): void

  /** Of at most 65536. */
  export function randomBytes(count: number): Uint8Array<ArrayBuffer>

  /** In lower-case hexadecimal digits. */
  export function sha512(text: string): string

  /** An end of a pipe or a socket. Once it is closed it is one where all was said. */
  export type Endpoint = number & { readonly endpoint: unique symbol }
  /** What has come: `undefined` is nothing yet, `null` the end. */
  export function receive(endpoint: Endpoint): string | undefined | null
  /** Sends what is left of earlier texts, and then `text`; returns whether nothing is left. */
  export function send(endpoint: Endpoint, text: string): boolean
  /** shutdown(2) of what a socket sends. */
  export function endSending(socket: Endpoint): void
  /** `false` when it is closed. One call at a time. */
  export function whenReadable(endpoint: Endpoint): Promise<boolean>
  /** `false` when it is closed. One call at a time. */
  export function whenWritable(endpoint: Endpoint): Promise<boolean>
  export function close(endpoint: Endpoint): void
  /** Whom `SO_PEERCRED` names; nothing when the socket is closed. */
  export function peerOf(socket: Endpoint): { userId: number; processId: number } | undefined

  /** `EAGAIN` when the listener has no room yet. */
  export function connectSocket(path: string): Endpoint
  export function listenSocket(path: string, mode: number): Endpoint
  /** Takes over a listener that this process was given. */
  export function adoptSocket(descriptor: number): Endpoint
  /** Nothing when nobody is waiting. */
  export function acceptSocket(listener: Endpoint): Endpoint | undefined

  export type Child = number & { readonly child: unique symbol }
  export interface Spawned {
    readonly child: Child
    readonly input: Endpoint
    readonly output: Endpoint
    readonly diagnostic: Endpoint
    readonly exit: Promise<{ readonly status?: number; readonly signal?: string }>
  }
  /** Starts a program with parameters after its path, and variables such as `NAME=value`. */
  export function spawn(
    path: string,
    parameters: readonly string[],
    environment: readonly string[],
  ): Spawned
  /** Does nothing to one that has ended. */
  export function kill(child: Child): void

  export type SignalWatch = number & { readonly signalWatch: unique symbol }
  /** Calls `notice` for each signal of this name, as a task of its own. Does not keep the process alive. */
  export function watchSignal(name: string, notice: () => void): SignalWatch
  /** After the last for a signal it does again what it does by default. */
  export function unwatchSignal(watch: SignalWatch): void

  export type HttpClient = number & { readonly httpClient: unique symbol }
  export function openHttp(): HttpClient
  /** All of it in PEM; an empty certificate is none. `EPROTO` with OpenSSL's reason as `detail`. */
  export function openHttps(tls: {
    readonly authorities: string
    readonly certificate: string
    readonly key: string
    readonly isUnverified: boolean
  }): HttpClient
  /**
   * Its addresses in the order to try them, or the words to say of the name that has none. An address is
   * its own.
   */
  export function resolveName(client: HttpClient, name: string): Promise<string[] | string>

  /** Has one request at a time. What concerns one that was closed throws `ECANCELED`. */
  export type HttpConnection = number & { readonly httpConnection: unique symbol }
  /** It is made with the first request. The certificate has to be for `name`. */
  export function connectHttp(
    client: HttpClient,
    server: { readonly address: string; readonly port: number; readonly name: string },
  ): HttpConnection
  export interface SentRequest {
    readonly method: string
    readonly path: string
    /** Names and values in turn, all but the length. */
    readonly headers: readonly string[]
    readonly body: string
    readonly maxBytes: number
    readonly isStream: boolean
  }
  export function sendHttp(connection: HttpConnection, request: SentRequest): void
  /** Nothing as long as it has not come. Throws what the request has failed with. */
  export function findHead(
    connection: HttpConnection,
  ): { readonly status: number; readonly headers: readonly string[] } | undefined
  /** As `receive`. Throws what the request has failed with when there is no more. */
  export function receiveBody(connection: HttpConnection): string | undefined | null
  /** `false` when it is closed. One call at a time. */
  export function whenHeard(connection: HttpConnection): Promise<boolean>
  /** Whether there ever was a connection. */
  export function wasMade(connection: HttpConnection): boolean
  /** Whether there may be another request. */
  export function isFree(connection: HttpConnection): boolean
  export function closeHttp(clientOrConnection: HttpClient | HttpConnection): void

  export type HttpServer = number & { readonly httpServer: unique symbol }
  /** Calls `notice` for each request, as a task of its own, which has to answer. */
  export function serveHttp(
    address: string,
    port: number,
    notice: () => void,
  ): { readonly server: HttpServer; readonly port: number }
  /** The oldest without an answer; nothing when the server is closed. */
  export function findRequest(
    server: HttpServer,
  ): { readonly method: string; readonly url: string } | undefined
  /** Answers the oldest. */
  export function answerRequest(
    server: HttpServer,
    reply: { readonly status: number; readonly contentType: string; readonly body: string },
  ): void
  export function stopServing(server: HttpServer): void
}
