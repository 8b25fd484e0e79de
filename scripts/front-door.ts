import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'

export interface FrontDoor {
  readonly url: string
  close(): Promise<void>
}

/**
 * One address for a merchant's shop and its toolkit, as a reverse proxy gives it in production: what
 * begins with `/shop` goes to the shop, everything else to the toolkit. Bytes and headers pass as they
 * are; the caller's address is added to `X-Forwarded-For`.
 */
export async function openFrontDoor(options: {
  port: number
  shop: () => string
  toolkit: () => string
}): Promise<FrontDoor> {
  const server = createServer((incoming, response) => {
    const toShop = /^\/shop(?:[/?]|$)/.test(incoming.url ?? '')
    forward(toShop ? options.shop() : options.toolkit(), incoming, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  return {
    url: `http://127.0.0.1:${options.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function forward(origin: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { hostname, port } = new URL(origin)
  const path = incoming.url?.startsWith('/') ? incoming.url : '/'
  const chain = [incoming.headers['x-forwarded-for'], incoming.socket.remoteAddress]
  const headers = { ...incoming.headers, 'x-forwarded-for': chain.filter(Boolean).join(', ') }
  const outgoing = request({ hostname, port, path, method: incoming.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  outgoing.on('error', () => {
    if (response.headersSent) response.destroy()
    else response.writeHead(502, { 'content-type': 'text/plain' }).end('the server is not there\n')
  })
  response.on('close', () => outgoing.destroy())
  incoming.pipe(outgoing)
}
