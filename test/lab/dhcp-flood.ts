/** Somebody hostile on a wire with DHCP clients. */

import { fileURLToPath } from 'node:url'
import type { LabNamespace } from './namespace.ts'
import { Service } from './service.ts'
import type { Workshop } from './workshop.ts'

const script = fileURLToPath(new URL('../fixtures/dhcp/flood.py', import.meta.url))

/** Floods a link until the test ends; its log says `answered` for each message of a client. */
export async function floodClients(
  workshop: Workshop,
  space: LabNamespace,
  link: string,
): Promise<Service> {
  const flood = new Service(workshop, 'the flood')
  const command = space.inside('/usr/bin/python3', script, link)
  await flood.start({ command }, () => flood.log.waitFor(/flooding/))
  return flood
}
