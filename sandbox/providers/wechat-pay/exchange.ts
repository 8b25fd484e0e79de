import {
  emptyReply,
  jsonReply,
  type Reply,
  type SandboxReply,
  type SandboxRequest,
} from '../../http.ts'
import { HEX } from '../../random.ts'
import { type Access, authenticate } from './access.ts'
import { breakdownReply, Refused, refusalReply, SUFFIX } from './errors.ts'
import type { WechatKey } from './keys.ts'
import type { Family } from './ledger.ts'
import type { Mode } from './order-fields.ts'
import { signMessage } from './signing.ts'
import type { World } from './world.ts'

export interface Call extends Access {
  readonly request: SandboxRequest
  readonly family: Family
  readonly mode: Mode
}

/** What a call answers: an object as JSON, nothing (204), or a file, which goes out unsigned. */
export type Answer =
  | { readonly json: object }
  | { readonly empty: true }
  | { readonly file: Uint8Array }

export interface Operation {
  /** The word that fault plans use. */
  readonly name: string
  readonly family: Family
  /** `either` for what service providers and direct merchants call alike. */
  readonly mode: Mode | 'either'
  readonly run: (world: World, call: Call) => Answer
}

/** One call from its headers to its signed answer. */
export async function exchange(
  world: World,
  operation: Operation,
  request: SandboxRequest,
): Promise<Reply> {
  let access: Access
  try {
    access = authenticate(world, request)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const reply = refusalReply(error, world.behaviour())
    return { ...reply, headers: { ...reply.headers, 'Request-ID': requestId(world, error.suffix) } }
  }
  return world.faults.around(
    operation.name,
    () => perform(world, operation, { access, request }),
    (status) => sealed(world, access.signingKey, { reply: breakdownReply(status) }),
  )
}

function perform(
  world: World,
  operation: Operation,
  { access, request }: { access: Access; request: SandboxRequest },
): SandboxReply {
  try {
    world.limits.pass()
    const { family, run } = operation
    const answer = run(world, { ...access, request, family, mode: modeOf(operation, access) })
    if ('file' in answer) return fileReply(world, answer.file)
    const reply = 'json' in answer ? jsonReply(200, answer.json) : emptyReply(204)
    return sealed(world, access.signingKey, { reply, suffix: SUFFIX.none })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const reply = refusalReply(error, world.behaviour())
    return sealed(world, access.signingKey, { reply, suffix: error.suffix })
  }
}

/** Service providers have their own paths, cross-border merchants their own host. */
function modeOf({ family, mode }: Operation, { merchant }: Access): Mode {
  if (merchant.region !== family) throw new Refused('NO_AUTH', '商户号无权使用此接口')
  const own = merchant.subMerchants === undefined ? 'direct' : 'partner'
  if (mode !== 'either' && mode !== own) throw new Refused('NO_AUTH', '商户号无权使用此接口')
  return own
}

function sealed(
  world: World,
  key: WechatKey,
  answer: { readonly reply: SandboxReply; readonly suffix?: string },
): SandboxReply {
  const { reply, suffix = SUFFIX.other } = answer
  return {
    ...reply,
    headers: {
      ...reply.headers,
      ...signatureHeaders(world, { key, body: reply.body, probe: world.takeAnswerProbe() }),
      'Request-ID': requestId(world, suffix),
    },
  }
}

/** The five Wechatpay headers over that body; a probe's signature is wrong on purpose. */
export function signatureHeaders(
  world: Pick<World, 'random' | 'nowMs'>,
  message: { readonly key: WechatKey; readonly body: Uint8Array | string; readonly probe: boolean },
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(world.nowMs() / 1000))
  const nonce = world.random.word(32, HEX)
  const { key, body, probe } = message
  const genuine = signMessage({ timestamp, nonce, body }, key.privateKeyPem)
  return {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Serial': key.serial,
    'Wechatpay-Signature': probe ? probeSignature(genuine) : genuine,
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  }
}

/** As long as a genuine one, and beginning with the published prefix. */
function probeSignature(genuine: string): string {
  const prefix = 'WECHATPAY/SIGNTEST/'
  return prefix + genuine.slice(prefix.length)
}

function fileReply(world: World, file: Uint8Array): SandboxReply {
  const headers = {
    'content-type': 'application/octet-stream',
    'Request-ID': requestId(world, SUFFIX.none),
  }
  return { status: 200, headers, body: file }
}

export function requestId(world: Pick<World, 'random'>, suffix: string): string {
  return `08${world.random.word(38, HEX).toUpperCase()}-${suffix}`
}
