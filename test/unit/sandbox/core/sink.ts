import { bodyText, emptyReply, type SandboxRequest, serve } from '../../../../sandbox/http.ts'

/** A merchant's endpoint: keeps what arrives and answers what it is told. */
export async function startSink(status: () => number = () => 200) {
  const received: SandboxRequest[] = []
  const server = await serve({
    handler(request) {
      received.push(request)
      return emptyReply(status())
    },
  })
  return {
    url: `${server.url}/n`,
    received,
    bodies: () => received.map(bodyText),
    close: () => server.close(),
  }
}

export type Sink = Awaited<ReturnType<typeof startSink>>
