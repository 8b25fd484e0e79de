import * as z from 'zod/mini'
import type { NetworkAnswer, NetworkRequest } from '../runtime/host.ts'

// The page's policy allows no code from strings, and zod would try.
z.config({ jitless: true })

const money = z.object({ value: z.int(), currency: z.string() })
const personSchema = z.object({
  id: z.string(),
  name: z.string(),
  wallet: money,
  current: z.boolean(),
})
const personsSchema = z.object({ persons: z.array(personSchema), offline: z.boolean() })
export type Person = z.infer<typeof personSchema>
export type Persons = z.infer<typeof personsSchema>

/** What a page hears: `errMsg` in a Mini Program, `err_msg` in a web page. */
const surfaceResult = z.record(z.string(), z.unknown())
export type SurfaceResult = z.infer<typeof surfaceResult>

const sheetSchema = z.object({
  ok: z.literal(true),
  cashierId: z.string(),
  merchant: z.string(),
  description: z.string(),
  amount: money,
  walletAmount: money,
})
const openedSchema = z.discriminatedUnion('ok', [
  sheetSchema,
  z.object({
    ok: z.literal(false),
    result: z.nullable(surfaceResult),
    dialog: z.optional(z.string()),
  }),
])
export type Sheet = z.infer<typeof sheetSchema>
export type Opened = z.infer<typeof openedSchema>

const endedSchema = z.object({
  result: z.nullable(surfaceResult),
  dialog: z.optional(z.string()),
  outcome: z.enum(['paid', 'notPaid']),
})
export type Ended = z.infer<typeof endedSchema>
export type CashierAction = 'pay' | 'cancel' | 'fail' | 'loseCallback'

const loginSchema = z.union([z.object({ code: z.string() }), z.object({ errMsg: z.string() })])
const networkSchema = z.union([
  z.object({
    statusCode: z.int(),
    header: z.record(z.string(), z.string()),
    cookies: z.array(z.string()),
    data: z.unknown(),
  }),
  z.object({ errMsg: z.string(), errno: z.int() }),
])

/** What asks for money: a program or a page with its parameters, a scanned code, an H5 link. */
export type CashierCall =
  | {
      readonly kind: 'miniProgram'
      readonly appId: string
      readonly params: Readonly<Record<string, unknown>>
    }
  | {
      readonly kind: 'officialAccount'
      readonly params: Readonly<Record<string, unknown>>
      readonly pageUrl: string
    }
  | { readonly kind: 'scan'; readonly codeUrl: string }
  | { readonly kind: 'h5'; readonly url: string }

/** WeChat as the phone reaches it. Everything throws Error when the sandbox does not answer. */
export interface PhoneApi {
  persons(): Promise<Persons>
  usePerson(person: string): Promise<Persons>
  setOffline(offline: boolean): Promise<void>
  /** Moves the sandbox's time on; all that becomes due meanwhile happens. */
  letTimePass(ms: number): Promise<void>
  login(appId: string): Promise<string>
  openCashier(call: CashierCall): Promise<Opened>
  endCashier(cashierId: string, action: CashierAction): Promise<Ended>
  network(appId: string, request: NetworkRequest): Promise<NetworkAnswer>
}

export function createPhoneApi(base: string): PhoneApi {
  async function ask<T>(path: string, schema: z.ZodMiniType<T>, body?: unknown): Promise<T> {
    const options =
      body === undefined
        ? {}
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }
    const response = await fetch(base + path, options)
    const answer: unknown = await response.json()
    if (!response.ok) throw new Error(errorOf(answer) ?? `${path}: HTTP ${response.status}`)
    return schema.parse(answer)
  }
  return {
    persons: () => ask('persons', personsSchema),
    usePerson: (person) => ask('persons/current', personsSchema, { person }),
    async setOffline(offline) {
      await ask('offline', z.object({ offline: z.boolean() }), { offline })
    },
    async letTimePass(ms) {
      await ask('time', z.object({ ms: z.int() }), { ms })
    },
    async login(appId) {
      const answer = await ask('login', loginSchema, { appId })
      if ('code' in answer) return answer.code
      throw new Error(answer.errMsg.replace(/^login:fail ?/, ''))
    },
    openCashier: (call) => ask(pathOf(call), openedSchema, bodyOf(call)),
    endCashier: (cashierId, action) =>
      ask(`cashier/${encodeURIComponent(cashierId)}/${action}`, endedSchema, {}),
    network: (appId, request) => ask('network', networkSchema, { ...request, appId }),
  }
}

function pathOf({ kind }: CashierCall): string {
  return kind === 'scan' || kind === 'h5' ? kind : 'cashier'
}

function bodyOf({ kind, ...rest }: CashierCall): object {
  return kind === 'scan' || kind === 'h5' ? rest : { surface: kind, ...rest }
}

function errorOf(answer: unknown): string | null {
  const parsed = z.object({ error: z.string() }).safeParse(answer)
  return parsed.success ? parsed.data.error : null
}
