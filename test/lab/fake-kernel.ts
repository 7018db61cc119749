/** A kernel in memory, at the height of the port; for unit tests only. */

import type { Kernel, Namespace } from '#kernel/kernel.ts'
import { fakeError } from './fake-errors.ts'
import { FakeNamespace } from './fake-namespace.ts'

/** Namespaces by path; the test fills them and looks at them afterwards. */
export class FakeKernel implements Kernel {
  readonly host: FakeNamespace = this.#namespace('/proc/thread-self/ns/net')
  readonly namespaces = new Map<string, FakeNamespace>()
  /** Paths where something is that is no namespace. */
  readonly otherFiles = new Set<string>()
  /** How many namespaces were opened and not disposed of. */
  openCount = 0

  addNamespace(path: string): FakeNamespace {
    const namespace = this.#namespace(path)
    this.namespaces.set(path, namespace)
    return namespace
  }

  currentNamespace(): Namespace {
    this.openCount++
    return this.host
  }

  openNamespace(path: string): Namespace {
    const namespace = this.findNamespace(path)
    if (namespace === undefined) throw fakeError('ENOENT', 'open network namespace', path)
    return namespace
  }

  findNamespace(path: string): Namespace | undefined {
    if (this.otherFiles.has(path)) throw fakeError('EINVAL', 'open network namespace', path)
    const namespace = this.namespaces.get(path)
    if (namespace !== undefined) this.openCount++
    return namespace
  }

  createNamespace(name: string): Namespace {
    const path = `/run/netns/${name}`
    if (this.namespaces.has(path)) throw fakeError('EEXIST', 'create network namespace', name)
    return this.addNamespace(path)
  }

  removeNamespace(name: string): boolean {
    return this.namespaces.delete(`/run/netns/${name}`)
  }

  #namespace(path: string): FakeNamespace {
    return new FakeNamespace(path, () => {
      this.openCount--
    })
  }
}
