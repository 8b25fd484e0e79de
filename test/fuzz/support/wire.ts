import { connect } from 'node:net'

/** A request as bytes, because no client library would send what these tests send. */
export interface RawRequest {
  readonly method?: string
  /** What stands between method and version, as it is. */
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface RawAnswer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
  /** Everything that came, of all answers. */
  readonly text: string
}

/** How long the server may stay silent with the connection open, in real time. */
const PATIENCE_MS = 20_000

export function bytesOf({ method = 'GET', target, headers = {}, body = '' }: RawRequest): Buffer {
  const content = Buffer.from(body)
  const given = Object.keys(headers).map((name) => name.toLowerCase())
  const lines = Object.entries({
    Host: 'shop.example',
    Connection: 'close',
    ...(content.length > 0 && !given.includes('transfer-encoding')
      ? { 'Content-Length': String(content.length) }
      : {}),
  }).filter(([name]) => !given.includes(name.toLowerCase()))
  const all = [...lines, ...Object.entries(headers)].map(([name, value]) => `${name}: ${value}`)
  const head = [`${method} ${target} HTTP/1.1`, ...all, '', ''].join('\r\n')
  return Buffer.concat([Buffer.from(head, 'latin1'), content])
}

/** Sends the bytes and reads until the server closes. Throws where it stays silent for too long. */
export function exchange(port: number, bytes: Uint8Array): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setTimeout(PATIENCE_MS, () => {
      socket.destroy()
      reject(
        new Error(`silent for ${PATIENCE_MS} ms: ${Buffer.from(bytes).toString('latin1', 0, 200)}`),
      )
    })
    socket.on('data', (chunk) => chunks.push(chunk))
    // A server that has answered may close while we are still writing.
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answerIn(Buffer.concat(chunks).toString('utf8'))))
  })
}

export async function ask(port: number, request: RawRequest): Promise<RawAnswer> {
  return exchange(port, bytesOf(request))
}

function answerIn(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const pairs = lines.map((line) => {
    const at = line.indexOf(':')
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const
  })
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0)
  return { status, headers: new Map(pairs), body: rest.join('\r\n\r\n'), text }
}
