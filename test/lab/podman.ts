/** podman with its CNI networks, on a host of the lab and with folders of its own. */

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { run, runSync, succeed } from './command.ts'
import type { Config } from './config-builders.ts'
import type { Lab } from './lab.ts'
import type { LabNamespace } from './namespace.ts'

const applets = ['sh', 'ip', 'ping', 'httpd', 'sleep']

// Waits for the signal of `podman stop`; what comes after the script is for those who look for it.
const untilStopped = "trap 'exit 0' TERM; while :; do sleep 60 & wait $!; done"

// podman would give /dev/pts to the group tty, which a namespace with a single user does not know.
const confinement = [
  '--cgroups=disabled',
  '--cap-add=NET_RAW',
  '--mount=type=devpts,target=/dev/pts',
]

/**
 * runc that lets containers be in the control groups of whoever starts them: podman says so with a
 * flag that only crun knows, and only a runc that takes itself for rootless does without groups.
 */
const runcWithoutControlGroups = `for argument; do
  shift
  case $argument in --cgroup-manager | disabled) ;; *) set -- "$@" "$argument" ;; esac
done
exec runc --rootless=true "$@"`

/** podman 4.3 as root of a namespace; its containers are those of one test, and go with it. */
export class Podman {
  readonly #lab: Lab
  readonly #host: LabNamespace
  readonly #folder: string
  readonly #ids: string[] = []
  readonly #sandboxes: string[] = []

  /** @param plugins the folders it looks for plugins in */
  constructor(lab: Lab, host: LabNamespace, plugins: readonly string[]) {
    this.#lab = lab
    this.#host = host
    this.#folder = join(lab.folder, 'podman')
    mkdirSync(this.#networks, { recursive: true })
    this.#write('containers.conf', containersConf(this.#networks, plugins, this.#runtime()))
    this.#write('storage.conf', storageConf(this.#folder))
    lab.afterwards(() => {
      this.#runSync('rm', '--all', '--force', '--time', '0')
    })
  }

  get #networks(): string {
    return join(this.#folder, 'networks')
  }

  /** Adds a network as an operator does, with a file. */
  addNetwork(list: Config): void {
    this.#write(join('networks', `${list.name}.conflist`), JSON.stringify(list))
  }

  /** The configuration list of a network. */
  network(name: string): { plugins: readonly Config[] } {
    return JSON.parse(readFileSync(join(this.#networks, `${name}.conflist`), 'utf8'))
  }

  /** Has podman make a network. */
  async createNetwork(name: string, ...options: readonly string[]): Promise<void> {
    await this.#ask('network', 'create', ...options, name)
  }

  /** Starts a container of busybox, which runs until it is stopped; returns its name. */
  async start(...options: readonly string[]): Promise<string> {
    const name = `c${this.#ids.length}`
    const root = this.#rootFileSystem(name)
    const about = ['--detach', '--name', name, ...confinement, ...options, '--rootfs', root]
    const command = ['sh', '-c', untilStopped, this.#folder]
    this.#ids.push(await this.#ask('run', ...about, ...command))
    const sandbox = '{{.NetworkSettings.SandboxKey}}'
    this.#sandboxes.push(await this.#ask('inspect', '--format', sandbox, name))
    return name
  }

  /** Runs a program in a container and returns its output. */
  async inside(container: string, ...command: readonly string[]): Promise<string> {
    return await this.#ask('exec', container, ...command)
  }

  /** Stops containers and removes them. */
  async stop(...containers: readonly string[]): Promise<void> {
    await this.#ask('stop', ...containers)
    await this.#ask('rm', ...containers)
  }

  /** What there still is of its containers: processes of and for them, namespaces, files of libcni. */
  remains(): readonly string[] {
    const processes = listed('/proc').filter((name) => /^\d+$/.test(name))
    const results = listed('/var/lib/cni/results')
    return [
      ...processes.map(commandLineOf).filter((line) => line.includes(this.#folder)),
      ...this.#sandboxes.filter((path) => existsSync(path)),
      ...results.filter((name) => this.#ids.some((id) => name.includes(id))),
    ]
  }

  async #ask(...parameters: readonly string[]): Promise<string> {
    const outcome = await run(this.#command(parameters), { environment: this.#environment })
    return succeed(outcome).stdout.trim()
  }

  #command(parameters: readonly string[]): readonly string[] {
    return this.#host.inside('podman', '--tmpdir', join(this.#folder, 'tmp'), ...parameters)
  }

  get #environment(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      HOME: this.#folder,
      CONTAINERS_CONF: join(this.#folder, 'containers.conf'),
      CONTAINERS_STORAGE_CONF: join(this.#folder, 'storage.conf'),
    }
  }

  #runSync(...parameters: readonly string[]): void {
    const variables = Object.entries(this.#environment).map(([name, value]) => `${name}=${value}`)
    runSync(['env', ...variables, ...this.#command(parameters)])
  }

  #runtime(): string {
    return this.#lab.executable('podman/runc', runcWithoutControlGroups)
  }

  #rootFileSystem(name: string): string {
    const root = join(this.#folder, 'roots', name)
    for (const folder of ['bin', 'dev', 'etc', 'proc', 'sys']) {
      mkdirSync(join(root, folder), { recursive: true })
    }
    copyFileSync('/bin/busybox', join(root, 'bin/busybox'))
    for (const applet of applets) symlinkSync('busybox', join(root, 'bin', applet))
    return root
  }

  #write(name: string, text: string): void {
    const path = join(this.#folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}

function listed(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}

// Root of a user namespace may only lower the limits. Locks in files are no other podman's.
function containersConf(networks: string, plugins: readonly string[], runtime: string): string {
  return `[containers]
log_driver = "k8s-file"
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
[network]
network_backend = "cni"
cni_plugin_dirs = ${JSON.stringify(plugins)}
network_config_dir = "${networks}"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "none"
lock_type = "file"
runtime = "runc"
runtime_supports_nocgroup = ["runc"]
[engine.runtimes]
runc = ["${runtime}"]
`
}

function storageConf(folder: string): string {
  return `[storage]
driver = "vfs"
graphroot = "${folder}/storage"
runroot = "${folder}/run"
`
}
