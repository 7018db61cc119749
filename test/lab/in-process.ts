/** Calling a plugin inside the test's process, on the real kernel and files, through the ports. */

import { dispatch } from '#cni/dispatch.ts'
import type { PluginEntry } from '#cni/plugin.ts'
import type { Processes } from '#host/host.ts'
import { loadAddon, nodeHost } from '#host/node.ts'
import { openKernel } from '#kernel/addon.ts'
import type { Kernel } from '#kernel/kernel.ts'
import { type ErrorObject, environmentOf, type PluginCall, type ResultObject } from './cni-call.ts'
import { FakeHost } from './fake-host.ts'
import { type Ports, watchPorts } from './faults.ts'
import type { LabNamespace } from './namespace.ts'

export interface WatchedOutcome {
  readonly status: number
  readonly result?: ResultObject
  readonly error?: ErrorObject
  /** The calls to the ports, in order. */
  readonly calls: readonly string[]
}

/** The real kernel as a process in namespace `host` sees it. */
function kernelIn(host: LabNamespace): Kernel {
  const kernel = openKernel(loadAddon())
  return {
    currentNamespace: () => kernel.openNamespace(host.path),
    openNamespace: (path) => kernel.openNamespace(path),
    findNamespace: (path) => kernel.findNamespace(path),
    createNamespace: (name) => kernel.createNamespace(name),
    removeNamespace: (name) => kernel.removeNamespace(name),
  }
}

/** Processes that are started in namespace `host`, as those of a process there are. */
function processesIn(host: LabNamespace): Processes {
  const { processes } = nodeHost()
  return {
    ...processes,
    run: ({ path, arguments: parameters = [], ...request }) => {
      const [program = '', ...prefix] = host.inside(path, ...parameters)
      return processes.run({ ...request, path: `/usr/bin/${program}`, arguments: prefix })
    },
  }
}

/**
 * Calls a plugin with every call to its ports counted, and number `faultAt` failing. Environment and
 * standard streams are the call's own; everything else is real.
 */
export async function callWatched(
  plugin: PluginEntry,
  call: PluginCall,
  faultAt?: number,
): Promise<WatchedOutcome> {
  const { environment, streams } = new FakeHost({
    environment: environmentOf(call),
    input: typeof call.config === 'string' ? call.config : JSON.stringify(call.config),
  })
  const ports: Ports = {
    kernel: kernelIn(call.host),
    host: {
      ...nodeHost(),
      processes: processesIn(call.host),
      program: plugin.type,
      environment,
      streams,
    },
  }
  const watched = watchPorts(ports, faultAt)
  const status = await dispatch(watched.host, { plugin, openKernel: () => watched.kernel })
  const said = streams.output === '' ? undefined : JSON.parse(streams.output)
  const { calls } = watched
  if (said === undefined) return { status, calls }
  return status === 0 ? { status, calls, result: said } : { status, calls, error: said }
}
