/** The port to everything of the machine but the kernel's network. */

import type { Http } from './http.ts'
import type { Sockets } from './sockets.ts'

/** The machine a plugin runs on, and how the plugin was called. */
export interface Host {
  /** The name this program was called by, without folder and extension: the plugin's type. */
  readonly program: string
  /** The command line after the program. */
  readonly arguments: readonly string[]
  /** The number of this process, in the PID namespace that it is in. */
  readonly processId: number
  readonly environment: Environment
  readonly streams: Streams
  readonly files: Files
  readonly processes: Processes
  readonly sockets: Sockets
  readonly http: Http
  readonly clock: Clock
  readonly random: Random
  readonly digests: Digests
  /**
   * The executable file that is this program, or nothing where none is: on Node.js the program is a
   * script, which Node.js runs, and in a root without it the file may be out of reach.
   *
   * @throws SystemError
   */
  findExecutable(): Promise<FileStatus | undefined>
}

export interface Environment {
  /** The value of a variable, or nothing when it is not set. */
  get(name: string): string | undefined
  /** Every variable. */
  all(): Readonly<Record<string, string>>
}

export interface Streams {
  /** All of standard input as UTF-8. @throws SystemError */
  readInput(): Promise<string>
  /** @throws SystemError when standard output cannot take all of it */
  writeOutput(text: string): Promise<void>
  writeDiagnostic(text: string): Promise<void>
}

/** What `status` tells of a file; symbolic links are followed. */
export interface FileStatus {
  readonly kind: 'file' | 'directory' | 'other'
  readonly device: number
  readonly inode: number
  /** Permission bits, such as `0o755`. */
  readonly mode: number
  /** In bytes. */
  readonly size: number
}

export interface NewFile {
  readonly content: string
  /** Permission bits before the umask, such as `0o600`. */
  readonly mode: number
}

export interface LockRequest {
  /** Permission bits of the lock file if it has to be created. */
  readonly mode: number
  readonly timeoutMs: number
}

/** Files. Every failure is a `SystemError` naming the path. */
export interface Files {
  /** @throws SystemError, `ENOENT` when there is none */
  readText(path: string): Promise<string>
  /** The content of a file, or nothing when it is absent. */
  findText(path: string): Promise<string | undefined>
  /**
   * Creates a file that must not exist yet, whole: nobody ever sees it without its content, and a
   * crash or a full disk leaves no file at `path`. Returns whether it was created, `false` when the
   * name is taken. Callers hold a lock on the folder.
   */
  createWhole(path: string, file: NewFile): Promise<boolean>
  /**
   * Replaces or creates a file atomically: a crash or a full disk leaves the old or the new one.
   * Callers hold a lock on the folder.
   */
  replaceWhole(path: string, file: NewFile): Promise<void>
  /**
   * Copies a file, whatever is in it, in the place of another one or of none, atomically. Callers hold a
   * lock on the folder of `to`.
   *
   * @param mode permission bits before the umask
   * @throws SystemError, `ENOENT` when there is nothing to copy, or no folder for it
   */
  copyWhole(from: string, to: string, mode: number): Promise<void>
  /**
   * Adds text to the end of a file, which is created if missing, with permission bits `mode` before the
   * umask. What several processes add at a time is not mixed up as long as each text is a line or few.
   */
  append(path: string, text: string, mode: number): Promise<void>
  /** Removes a file; returns whether it was there. */
  remove(path: string): Promise<boolean>
  /** Gives a file another name, whoever has that; returns whether it was there. It takes no room. */
  move(path: string, to: string): Promise<boolean>
  /** The names in a folder, without order. @throws SystemError, `ENOENT` when there is none */
  list(path: string): Promise<readonly string[]>
  /** Creates a folder and its parents where they are missing. */
  ensureDirectory(path: string, mode: number): Promise<void>
  /**
   * Where the symbolic link at `path` leads, in its own words; nothing when there is nothing.
   *
   * @throws SystemError, `EINVAL` when something else than a symbolic link is there
   */
  findLinkTarget(path: string): Promise<string | undefined>
  /** What is at `path`, or nothing when there is nothing. */
  findStatus(path: string): Promise<FileStatus | undefined>
  /**
   * Takes an exclusive advisory lock (flock(2)) on a file, which is created if missing and never
   * removed. Disposing releases it, as does the death of the process.
   *
   * @throws SystemError, `ETIMEDOUT` when another holds it for all of `timeoutMs`
   */
  lock(path: string, request: LockRequest): Promise<Disposable>
}

export interface ProcessRequest {
  /** The path of the executable, which is also its argument 0. */
  readonly path: string
  /** The arguments after it. */
  readonly arguments?: readonly string[]
  readonly input: string
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>
  /** After this the process is killed. */
  readonly timeoutMs: number
}

export interface ProcessOutcome {
  /** The exit status, or nothing when a signal ended the process. */
  readonly exitStatus: number | undefined
  /** The name of the signal that ended it. */
  readonly signal: string | undefined
  readonly output: string
  readonly diagnostic: string
  /** Whether it was killed because its time was up. */
  readonly timedOut: boolean
}

export interface Processes {
  /**
   * Runs a program to its end, without a shell.
   *
   * @throws SystemError when it cannot be started (`ENOENT`, `EACCES`, `ETXTBSY`, ...)
   */
  run(request: ProcessRequest): Promise<ProcessOutcome>
  /**
   * Calls `handle` for each of these signals that this process gets, which then does not end by it;
   * until disposed. Waiting for a signal does not keep the process alive.
   */
  onSignal(signals: readonly SignalName[], handle: (signal: SignalName) => void): Disposable
}

/** The signals that ask a process to end. */
export type SignalName = 'SIGTERM' | 'SIGINT'

export interface Clock {
  /**
   * Milliseconds that never run backwards: `CLOCK_MONOTONIC`, which every process of a machine reads
   * alike until it boots again.
   */
  monotonicMs(): number
  /** Milliseconds since 1970, which an administrator may set. */
  wallMs(): number
  sleep(ms: number): Promise<void>
  /**
   * Calls `ring` once, as a task of its own, after `ms`, of which there are at most 2³¹ − 1, unless the
   * answer is disposed before.
   */
  startTimer(ms: number, ring: () => void): Disposable
}

export interface Random {
  /** Up to 65536 bytes that nobody can foretell. */
  bytes(count: number): Uint8Array
}

export interface Digests {
  /**
   * Lower-case hexadecimal digits of SHA-512 (FIPS 180-4) of a text in UTF-8, where half a surrogate
   * pair is U+FFFD.
   */
  sha512(text: string): string
}
