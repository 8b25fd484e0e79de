import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Merchant } from '../../scripts/demo/merchant.ts'
import { Payer } from '../../scripts/demo/payer.ts'
import { freePort } from '../../scripts/free-port.ts'
import { SANDBOX_API_KEY, sandboxConfig } from '../../scripts/sandbox-config.ts'
import { type Stack, startStack } from '../../scripts/stack.ts'
import { auditReportSchema } from '../../shared/contract/audit.ts'
import { root } from '../support/source-files.ts'

/**
 * `npm run audit` as people run it: a process of its own, beside a server that is running, on the
 * database of a shop that has sold and refunded. The clock is never moved: the audit has its own, and
 * providers want both to agree.
 */

const SOLD_THROUGH = ['wechatPay', 'ppro', 'wooshpay'] as const

let folder: string
let path: string
let stack: Stack
let configPath: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'audit-flow-'))
  path = join(folder, 'toolkit.db')
  const database = { kind: 'sqlite', path } as const
  stack = await startStack({ config: { logLevel: 'silent' }, database })
  for (const accountId of SOLD_THROUGH) {
    const { payer, payment } = await begin(`tea-${accountId}`, accountId)
    await payer.act(payment, 'pay', '')
    const { verdict } = await payer.frontEnd.verdict(payment.paymentId, 20_000)
    expect(verdict).toBe('paid')
    await merchant().refund(payment.paymentId, `refund-${accountId}`, {
      value: 500,
      currency: 'CNY',
    })
  }
  configPath = join(folder, 'toolkit.config.mjs')
  const place = { publicUrl: stack.url, port: await freePort(), database }
  writeFileSync(
    configPath,
    `export default ${JSON.stringify(sandboxConfig(stack.sandbox, place))}\n`,
  )
}, 60_000)
afterAll(async () => {
  await stack.close()
  rmSync(folder, { recursive: true })
})

interface Ended {
  readonly code: number | null
  readonly said: string
  readonly complained: string
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'scripts', 'audit.ts'), ...args], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [said, complained] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    complained += chunk.toString()
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, said, complained }))
  })
}

const configured = () => ({ TOOLKIT_CONFIG: configPath })

/** The database as somebody's hand would leave it, and as it was again afterwards. */
async function withDamage<T>(sql: string, undo: string, work: () => Promise<T>): Promise<T> {
  const byHand = new DatabaseSync(path, { timeout: 5_000 })
  try {
    byHand.exec(sql)
    return await work()
  } finally {
    byHand.exec(undo)
    byHand.close()
  }
}

describe('npm run audit', () => {
  test('finds nothing wrong with a shop that was run by the rules, and asks its providers', async () => {
    const { code, said } = await run(['--ask-all', '--json'], configured())
    const report = auditReportSchema.parse(JSON.parse(said))
    expect(report.findings).toEqual([])
    expect([code, report.checked.orders, report.complete]).toEqual([0, 3, true])
    expect(report.checked.asked).toBeGreaterThanOrEqual(3)
  }, 60_000)

  test('reads a database by its name, as `npm start` leaves it, and prints a table', async () => {
    const { size } = statSync(path)
    const { code, said } = await run(['--database', path])
    expect(code).toBe(0)
    expect(said).toMatch(/^I10 +ok +the state is what the event log says$/m)
    expect(said).toContain('Nothing lost, doubled or believed.')
    expect(statSync(path).size).toBe(size)
  })

  test('ends with 1 and names it where a row was changed by hand', async () => {
    const [sql, undo] = ['paid_late = 1 - paid_late', `where order_ref = 'tea-ppro'`]
    const change = `update orders set ${sql} ${undo}`
    const { code, said } = await withDamage(change, change, () => run(['--database', path]))
    expect(code).toBe(1)
    expect(said).toMatch(/^VIOLATION +I10 +flagDiffers: order tea-ppro .+ → .+$/m)
    expect((await run(['--database', path])).code).toBe(0)
  })

  test('ends with 1 for what people should look at only where that is asked for', async () => {
    const insert = `insert into quarantine (quarantine_id, account_id, reason, fact, at_ms)
      values ('q-1', 'wechatPay', 'unknownPayment', '{}', 1)`
    const undo = `delete from quarantine where quarantine_id = 'q-1'`
    await withDamage(insert, undo, async () => {
      expect((await run(['--database', path])).code).toBe(0)
      expect((await run(['--database', path, '--strict'])).code).toBe(1)
    })
  })

  test.each([
    [['--colour'], "Unknown option '--colour'"],
    [['--database', 'missing.db'], 'cannot be opened'],
    [[], 'The configuration cannot be used'],
  ])('ends with 2 where it cannot check anything: %j', async (args, why) => {
    const { code, said, complained } = await run(args)
    expect([code, said]).toEqual([2, ''])
    expect(complained).toContain(why)
  })

  test('ends with 2 where there is no such account', async () => {
    const { code, complained } = await run(['--account', 'nobody'], configured())
    expect([code, complained]).toEqual([2, expect.stringContaining('no account nobody')])
  })

  test('says that a database of an older version cannot be judged', async () => {
    new DatabaseSync(join(folder, 'empty.db')).close()
    const { code, complained } = await run(['--database', 'empty.db'])
    expect([code, complained]).toEqual([2, expect.stringContaining('0001-initial')])
  })
})

test('a payment that is closed here and was paid there, with nobody to tell us, is found by asking', async () => {
  const { payer, order, payment } = await begin('tea-lost', 'wechatPay')
  // Nobody asks any more, the close gets lost, and so does the notification.
  await stack.toolkit.workers.stop()
  const calls = [{ operation: 'close', fault: 'timeoutBefore', dose: 'all' }] as const
  stack.sandbox.wechatPay.faults.set({ calls: [...calls], notifications: { drop: 'all' } })
  await merchant().close(order.orderRef)
  await payer.act(payment, 'pay', '')
  expect(await merchant().payment(payment.paymentId)).toMatchObject({ status: 'closed' })

  const ask = ['--json', '--account', 'wechatPay', '--since', order.createdAt]
  const offline = await run(ask, configured())
  const asked = await run([...ask, '--ask'], configured())
  expect([offline.code, asked.code]).toEqual([0, 1])
  const { findings } = auditReportSchema.parse(JSON.parse(asked.said))
  expect(findings.filter(({ severity }) => severity === 'difference')).toMatchObject([
    { code: 'paidThereNotHere', kind: 'payment', id: payment.paymentId },
  ])
}, 30_000)

/** A payer in front of a QR code. */
async function begin(orderRef: string, accountId: string) {
  const order = await merchant().order(orderRef, { value: 1999, currency: 'CNY' })
  const payer = new Payer(stack.url, stack.sandbox)
  await payer.open('desktopQr', order)
  const wish = { scene: 'desktopQr', accountId, key: `key-of-${orderRef}` } as const
  return { order, payer, payment: await payer.frontEnd.pay(orderRef, wish) }
}

function merchant(): Merchant {
  return new Merchant(stack.url, SANDBOX_API_KEY)
}
