import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface Balancer {
  readonly url: string
  /** Where new connections go from now on, in turn. */
  use(ports: readonly number[]): void
  close(): Promise<void>
}

/**
 * One address for several servers: each connection goes to the next one that takes it, and breaks
 * with it. Knows nothing of HTTP, and nothing of what was lost.
 */
export async function openBalancer(port: number): Promise<Balancer> {
  let ports: readonly number[] = []
  let turn = 0
  const open = new Set<Socket>()
  const server = createServer((caller) => {
    open.add(caller)
    caller.on('error', () => caller.destroy())
    caller.once('close', () => open.delete(caller))
    turn += 1
    const from = turn
    tryNext(
      caller,
      [...ports.keys()].map((index) => ports[(from + index) % ports.length] ?? 0),
    )
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${port}`,
    use(wanted) {
      ports = wanted
    },
    async close() {
      server.close()
      for (const socket of open) socket.destroy()
      await once(server, 'close')
    },
  }
}

function tryNext(caller: Socket, [port, ...others]: readonly number[]): void {
  if (port === undefined || caller.destroyed) {
    caller.destroy()
    return
  }
  const server = connect(port, '127.0.0.1')
  const onRefusal = () => tryNext(caller, others)
  server.once('error', onRefusal)
  server.once('connect', () => {
    server.off('error', onRefusal)
    server.on('error', () => caller.destroy())
    caller.on('close', () => server.destroy())
    caller.pipe(server).pipe(caller)
  })
}
