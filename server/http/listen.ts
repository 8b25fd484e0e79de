import { createServer, type Server } from 'node:http'
import type { HttpApp } from './app.ts'

/** From the first byte of a request to its last; a slower caller gets 408 from Node itself. */
const REQUEST_TIMEOUT_MS = 30_000

export interface Listening {
  readonly server: Server
  /** Where it is reached on this machine, without a slash at the end. */
  readonly address: string
}

/** Opens the port (0: any free one). Throws what Node throws, such as EADDRINUSE. */
export async function listen(
  app: Pick<HttpApp, 'callback'>,
  options: { host: string; port: number },
): Promise<Listening> {
  const handle = app.callback()
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (req, res) => {
    void handle(req, res)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
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
