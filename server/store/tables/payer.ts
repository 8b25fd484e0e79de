interface PayerColumns {
  readonly payer_app_id: string | null
  readonly payer_openid: string | null
}

interface PlainPayer {
  readonly appId: string
  readonly openid: string
}

export function payerFromRow(row: PayerColumns): PlainPayer | null {
  return row.payer_app_id === null || row.payer_openid === null
    ? null
    : { appId: row.payer_app_id, openid: row.payer_openid }
}

export function rowFromPayer(payer: PlainPayer | null): PayerColumns {
  return { payer_app_id: payer?.appId ?? null, payer_openid: payer?.openid ?? null }
}
