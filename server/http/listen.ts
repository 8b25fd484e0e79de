import { createServer, type Server } from 'node:http'
import type { HttpApp } from './app.ts'

/** What a caller can cost before a request of theirs is heard at all; Node itself refuses the rest. */
const SERVER_OPTIONS = {
  /** From the first byte of a request to its last; a slower caller gets 408. Longer than what the
   * routes themselves wait for any body, a file of settlement included. */
  requestTimeout: 130_000,
  /** From the first byte of a request to the end of its headers: 408 as well. */
  headersTimeout: 10_000,
  /** How often Node looks for those two. */
  connectionsCheckingInterval: 5_000,
  /** Of all headers together, in bytes: 431 beyond. */
  maxHeaderSize: 16 * 1024,
  /** Longer than the minute for which common load balancers keep a connection: they hang up first. */
  keepAliveTimeout: 65_000,
} as const
/** Then the connection is closed after the answer, so that callers spread over all processes again. */
const MOST_REQUESTS_PER_CONNECTION = 10_000
/** New connections that the system keeps for us while we are busy; beyond it callers try again
 * seconds later. Systems take less where they are set to. */
const BACKLOG = 4_096

export interface Listening {
  readonly server: Server
  /** Where it is reached on this machine, without a slash at the end. */
  readonly address: string
}

/** Opens the port (0: any free one). Throws what Node throws, such as EADDRINUSE. */
export async function listen(
  app: Pick<HttpApp, 'callback'>,
  options: { host: string; port: number; maxConnections?: number },
): Promise<Listening> {
  const handle = app.callback()
  const server = createServer(SERVER_OPTIONS, (req, res) => {
    void handle(req, res)
  })
  server.maxRequestsPerSocket = MOST_REQUESTS_PER_CONNECTION
  if (options.maxConnections !== undefined) server.maxConnections = options.maxConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    const { host, port } = options
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return { server, address: addressOf(server, options) }
}

function addressOf(server: Server, options: { host: string; port: number }): string {
  const bound = server.address()
  const port = typeof bound === 'object' && bound ? bound.port : options.port
  const everywhere = options.host === '0.0.0.0' || options.host === '::'
  const host = everywhere ? '127.0.0.1' : options.host
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
