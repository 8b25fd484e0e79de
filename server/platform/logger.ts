/**
 * Log lines by allow-list: a call names an event and gives only fields listed here, so a secret has
 * no way in by accident.
 */
export interface LogFields {
  readonly requestId?: string
  readonly method?: string
  readonly route?: string
  readonly status?: number
  readonly ms?: number
  readonly accountId?: string
  readonly orderRef?: string
  readonly paymentId?: string
  readonly refundId?: string
  readonly eventId?: string
  readonly outcome?: string
  readonly reason?: string
  readonly providerStatus?: string
  readonly code?: string
  readonly address?: string
  readonly count?: number
  /** An error's name, message and stack; messages never carry request bodies or credentials. */
  readonly error?: unknown
}

export interface Logger {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}
