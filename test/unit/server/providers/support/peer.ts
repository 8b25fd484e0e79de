import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** One request as the other side heard it. */
export interface Heard {
  readonly method: string
  /** With the query, as sent. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Peer {
  readonly url: string
  readonly heard: readonly Heard[]
  /** The last request. Throws where there was none. */
  last(): Heard
  close(): Promise<void>
}

/** Another side on loopback that answers by script; `reset` tears the connection down instead. */
export async function startPeer(
  answer: (heard: Heard) => Reply | 'reset' | Promise<Reply | 'reset'>,
): Promise<Peer> {
  const heard: Heard[] = []
  const server = createServer((message, response) => {
    void respond(message, response)
  })
  const respond = async (message: IncomingMessage, response: ServerResponse) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of message) chunks.push(Buffer.from(chunk))
    const request: Heard = {
      method: message.method ?? '',
      path: message.url ?? '',
      headers: Object.fromEntries(
        Object.entries(message.headers).map(([name, value]) => [name, value?.toString()]),
      ),
      body: Buffer.concat(chunks).toString('utf8'),
    }
    heard.push(request)
    const reply = await answer(request)
    if (reply === 'reset') {
      message.socket.destroy()
      return
    }
    response.writeHead(reply.status ?? 200, { ...reply.headers })
    response.end(reply.body ?? '')
  }
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    last() {
      const request = heard.at(-1)
      if (!request) throw new Error('nobody has asked yet')
      return request
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
