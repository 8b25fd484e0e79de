import { jsonReply, type SandboxReply } from '../../http.ts'
import type { WooshpayBehaviour } from './options.ts'

/** WooshPay says no. The words are those of its error page; the codes are the sandbox's choice. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly status: number
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'
  readonly code: string
  readonly param: string | null

  constructor(
    status: number,
    fields: { code: string; message: string; type?: ApiProblem['type']; param?: string },
  ) {
    super(fields.message)
    this.status = status
    this.type = fields.type ?? 'invalid_request_error'
    this.code = fields.code
    this.param = fields.param ?? null
  }
}

export function missing(param: string): ApiProblem {
  const message = `Missing required param: ${param}.`
  return new ApiProblem(400, { code: 'parameter_missing', message, param })
}

export function invalid(param: string, message: string): ApiProblem {
  return new ApiProblem(400, { code: 'parameter_invalid', message, param })
}

export function unknownObject(kind: string, id: string): ApiProblem {
  const message = `No such ${kind}: '${id}'`
  return new ApiProblem(404, { code: 'resource_missing', message, param: 'id' })
}

export function problemReply(
  problem: ApiProblem,
  { errorsStand }: Pick<WooshpayBehaviour, 'errorsStand'>,
): SandboxReply {
  const { type, code, message, param } = problem
  const error = { type, code, message, ...(param === null ? {} : { param }) }
  return jsonReply(problem.status, errorsStand === 'underError' ? { error } : error)
}
