import { onTestFinished } from 'vitest'
import { demoPproContract } from '../../../../../sandbox/demo-accounts.ts'
import { createPpro } from '../../../../../sandbox/providers/ppro/index.ts'
import type { PproBehaviourInput } from '../../../../../sandbox/providers/ppro/options.ts'
import { startSink } from '../../core/sink.ts'
import { wechatWorld } from '../wechat-world.ts'

export type Form = Readonly<Record<string, string>>

/** The simulator with one contract, a listening notification endpoint, and a client of its own. */
export async function pproWorld(behaviour: PproBehaviourInput = {}) {
  const wechat = wechatWorld('ppro')
  const sink = await startSink()
  const contract = demoPproContract()
  const simulator = await createPpro({ ...wechat, contracts: [contract], behaviour })
  onTestFinished(async () => {
    await simulator.close()
    await sink.close()
  })
  const raw = async (form: Form) => {
    const response = await fetch(simulator.url, { method: 'POST', body: new URLSearchParams(form) })
    return response.text()
  }
  /** Sends a call with the credentials; reads the answer with every name spelled with dots. */
  const call = async (form: Form) =>
    read(
      await raw({
        login: contract.login,
        password: contract.password,
        contractid: contract.contractId,
        returnmode: 'urlencodeext',
        ...form,
      }),
    )
  const transaction: Form = {
    txtype: 'TRANSACTION',
    tag: 'wechatpay',
    countrycode: 'CN',
    currency: 'EUR',
    amount: '1055',
    merchanttxid: 'J2wkc3cdDaJS',
    channel: 'testchannel',
    merchantredirecturl: 'https://shop.example/return?order=1',
    notificationurl: sink.url,
    'specin.dynamicdescriptor': 'Tea',
    'specin.locale': 'zh-CN',
    accountholdername: 'Li Wei',
  }
  const status = (txid: string) => call({ txtype: 'GETTXSTATUS', txid })
  const notifications = () =>
    sink.bodies().map((body) => Object.fromEntries(new URLSearchParams(body)))
  return { ...wechat, simulator, contract, sink, raw, call, transaction, status, notifications }
}

export type PproWorld = Awaited<ReturnType<typeof pproWorld>>

export function read(answer: string): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(answer)) {
    fields[name.replace('SPECOUT_', 'SPECOUT.')] = value
  }
  return fields
}

export async function started(world: PproWorld, changes: Form = {}) {
  const answer = await world.call({ ...world.transaction, ...changes })
  return answer['TXID'] ?? ''
}

export async function paid(world: PproWorld, changes: Form = {}) {
  const txid = await started(world, changes)
  await world.simulator.pay(txid)
  await world.simulator.notifications.idle()
  return txid
}
