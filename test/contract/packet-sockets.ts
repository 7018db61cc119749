/**
 * What packet sockets promise on every engine (`PacketSocket` of src/kernel/packet-socket.ts), in a
 * process of their own: test/fixtures/packets/listen.ts.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'vitest'
import { capture } from '#test/lab/capture.ts'
import { type FrameSender, sendFrames } from '#test/lab/frame-sender.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import { type Lines, linesOf } from '#test/lab/lines.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import { awaitReady } from '#test/lab/ready.ts'
import { frameSource, udpFrame } from '#test/lab/udp-frame.ts'

/** A process that hears what comes on eth0 of `host`, and does what it is told. */
export class Listener {
  readonly host: LabNamespace
  /** Where eth0's cable leads. */
  readonly far: LabNamespace
  readonly sender: FrameSender
  readonly lines: Lines
  /** The status it has ended with. */
  readonly ended: Promise<number>
  readonly #orders: FrameSender
  #asked = 0

  private constructor(
    cables: { host: LabNamespace; far: LabNamespace },
    senders: readonly [FrameSender, FrameSender],
    process: { lines: Lines; ended: Promise<number> },
  ) {
    this.host = cables.host
    this.far = cables.far
    this.sender = senders[0]
    this.#orders = senders[1]
    this.lines = process.lines
    this.ended = process.ended
  }

  /** Starts the program of this command line; it hears when this returns. */
  static async start(lab: Lab, command: readonly string[]): Promise<Listener> {
    const host = lab.host()
    const far = lab.cable(host, 'eth0')
    const orders = lab.cable(host, 'orders0')
    const ends = [
      [host, 'eth0'],
      [far, 'far0'],
      [orders, 'far0'],
    ] as const
    for (const [space, link] of ends) await awaitReady(space, link)
    const senders = [
      await sendFrames(lab, far, 'far0'),
      await sendFrames(lab, orders, 'far0'),
    ] as const
    const [program = '', ...parameters] = command
    const child = spawn(program, [...parameters, host.path, 'eth0', 'orders0'])
    lab.afterwards(() => child.kill('SIGKILL'))
    const ended = once(child, 'close').then(([status]) => Number(status))
    const lines = linesOf(child)
    await lines.waitFor(/^ready$/)
    return new Listener({ host, far }, senders, { lines, ended })
  }

  order(text: string): Promise<void> {
    return this.#orders.send(udpFrame(text))
  }

  /** How many packets have been heard on eth0. */
  async count(): Promise<number> {
    this.#asked += 1
    await this.order(`count ${this.#asked}`)
    const line = await this.lines.waitFor(new RegExp(`^count ${this.#asked} `))
    return Number(line.split(' ').at(-1))
  }

  /** Waits until a text is heard on eth0, and gives all that has been heard by then. */
  async hear(text: string): Promise<readonly string[]> {
    await this.sender.send(udpFrame(text))
    await this.lines.waitFor(new RegExp(`^heard .* ${text}$`))
    return this.lines.seen(/^heard/).map((line) => line.split(' ').slice(4).join(' '))
  }
}

/** Holds what a command line runs to it. */
export function packetSocketContract(command: () => readonly string[]): void {
  const start = (lab: Lab): Promise<Listener> => Listener.start(lab, command())

  test('a broadcast is heard with its sender, as a task of its own', async ({ lab }) => {
    const listener = await start(lab)
    await listener.sender.send(udpFrame('hello'), 20)
    await listener.hear('last')
    const [first = ''] = listener.lines.seen(/^heard/)
    expect(first).toBe(`heard ${frameSource} false true hello`)
    expect(listener.lines.seen(/ true hello$/)).toHaveLength(20)
  })

  test('a checksum that was left to hardware is told of', async ({ lab }) => {
    const { far, lines } = await start(lab)
    far.ip('address', 'add', '10.1.2.1/24', 'dev', 'far0')
    const neighbour = ['10.1.2.9', 'lladdr', 'ff:ff:ff:ff:ff:ff', 'dev', 'far0']
    far.ip('neighbour', 'add', ...neighbour)
    far.run('bash', '-c', 'printf pending >/dev/udp/10.1.2.9/68')
    const mac = far.findLink('far0')?.address
    expect(await lines.waitFor(/pending/)).toBe(`heard ${mac} true true pending`)
  })

  test('what is for another port, a fragment, or of another type is not heard', async ({ lab }) => {
    const listener = await start(lab)
    await listener.sender.send(udpFrame('port', { port: 67 }))
    await listener.sender.send(udpFrame('first fragment', { fragment: 0x2000 }))
    await listener.sender.send(udpFrame('second fragment', { fragment: 0x0001 }))
    await listener.sender.send(udpFrame('type', { etherType: '88b5' }))
    await listener.sender.send(udpFrame('other host', { destination: '02005e000001' }))
    await listener.sender.send(
      udpFrame('long')
        .padEnd(2 * 5000, '0')
        .slice(0, 2 * 1514),
    )
    expect(await listener.hear('last')).toEqual([expect.stringMatching(/^long/), 'last'])
  })

  test('what it sends is seen by others, and not heard', async ({ lab }) => {
    const listener = await start(lab)
    const seen = await capture(listener.far, 'far0', 'broadcast and ip')
    lab.afterwards(() => seen.stop())
    await listener.order(`send ${'E'.repeat(40)}`)
    await listener.lines.waitFor(/^sent$/)
    await seen.waitFor(/ff:ff:ff:ff:ff:ff.*IPv4/)
    expect(await listener.hear('last')).toEqual(['last'])
  })

  test('while the link is down it is silent and refuses to send, and then goes on', async ({
    lab,
  }) => {
    const listener = await start(lab)
    const { host, lines } = listener
    const index = host.findLink('eth0')?.ifindex
    host.ip('link', 'set', 'eth0', 'down')
    await listener.order('send nothing')
    const refusal = await lines.waitFor(/^refused/)
    expect(refusal).toBe(
      `refused send packet on link ${index} in ${host.path}: ENETDOWN network is down`,
    )
    host.ip('link', 'set', 'eth0', 'up')
    await awaitReady(listener.far, 'far0')
    await listener.order('send something')
    await lines.waitFor(/^sent$/)
    expect(await listener.hear('again')).toEqual(['again'])
  })

  test('when the link is gone it is silent and refuses to send', async ({ lab }) => {
    const listener = await start(lab)
    listener.host.ip('link', 'delete', 'eth0')
    expect(await listener.count()).toBe(0)
    await listener.order('send nothing')
    expect(await listener.lines.waitFor(/^refused/)).toMatch(/(ENXIO|ENODEV) no such device/)
  })

  test('it hears nothing once it is disposed, and sends no more', async ({ lab }) => {
    const listener = await start(lab)
    await listener.hear('first')
    await listener.order('close')
    expect(await listener.count()).toBe(1)
    await listener.sender.send(udpFrame('second'))
    expect(await listener.count()).toBe(1)
    await listener.order('send nothing')
    expect(await listener.lines.waitFor(/^failed/)).toContain('has been closed')
    await listener.order('close')
    expect(await listener.count()).toBe(1)
  })

  test('it can be disposed by what hears, more than once', async ({ lab }) => {
    const listener = await start(lab)
    await listener.order('closeWithin')
    await listener.lines.waitFor(/^waiting$/)
    await listener.sender.send(udpFrame('many'), 20)
    await listener.lines.waitFor(/^heard/)
    expect(await listener.count()).toBe(1)
    expect(await listener.count()).toBe(1)
  })

  test('the process ends when nothing is left to hear', async ({ lab }) => {
    const listener = await start(lab)
    await listener.order('abandon')
    // It was waiting for what cannot happen any more, which no engine takes for success.
    expect(await listener.ended).toBeGreaterThan(0)
  })

  test('what hears a packet and throws ends the process', async ({ lab }) => {
    const listener = await start(lab)
    await listener.order('throw a stone')
    expect(await listener.ended).toBe(1)
    expect(listener.lines.seen(/a stone/)).not.toEqual([])
  })

  test('of a flood a few thousand packets a second are heard', async ({ lab }) => {
    const listener = await start(lab)
    const begun = performance.now()
    for (let round = 0; round < 15; round += 1) {
      await listener.sender.send(udpFrame('flood'), 10_000)
    }
    const heard = await listener.count()
    const seconds = (performance.now() - begun) / 1000
    expect(heard).toBeGreaterThan(0)
    expect(heard).toBeLessThan(100 + 4000 * seconds)
  })
}
