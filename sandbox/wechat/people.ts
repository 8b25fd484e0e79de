import { createHash } from 'node:crypto'
import type { Money } from '../../shared/money.ts'
import type { Registry } from './apps.ts'

export interface Persona {
  readonly id: string
  readonly name: string
  /** Money in the wallet, in fen. */
  readonly balanceFen: number
}

export const PERSONAS: readonly Persona[] = [
  { id: 'li-wei', name: 'Li Wei', balanceFen: 1_000_000 },
  { id: 'anna', name: 'Anna', balanceFen: 200_000 },
]

export interface PersonView {
  readonly id: string
  readonly name: string
  readonly wallet: Money
  /** Whether this person holds the phone. */
  readonly current: boolean
}

/** The people with WeChat accounts, their wallets, and their name within each app. */
export interface People {
  list(): readonly PersonView[]
  /** Who holds the phone. */
  current(): string
  /** Hands the phone to that person. Throws UnknownPerson. */
  use(person: string): void
  /** The person meant: the one named, or whoever holds the phone. Throws UnknownPerson. */
  resolve(person: string | undefined): string
  /** Always the same for a person and an app, also after a reset and in another run. */
  openid(person: string, appId: string): string
  unionid(person: string, appId: string): string | undefined
  owner(openid: string, appId: string): string | undefined
  balanceFen(person: string): number
  debit(person: string, fen: number): void
  credit(person: string, fen: number): void
  reset(): void
}

export class UnknownPerson extends Error {
  override readonly name = 'UnknownPerson'
}

export function createPeople(personas: readonly Persona[], registry: Registry): People {
  const [first] = personas
  if (first === undefined) throw new Error('WeChat needs at least one person')
  const names = new Map(personas.map(({ id, name }) => [id, name]))
  const balances = new Map(personas.map(({ id, balanceFen }) => [id, balanceFen]))
  let current = first.id

  const balanceFen = (person: string) => balances.get(known(person)) ?? 0
  function known(person: string): string {
    if (names.has(person)) return person
    const ids = [...names.keys()].join(', ')
    throw new UnknownPerson(`there is no person "${person}"; there are: ${ids}`)
  }

  return {
    list: () =>
      [...names].map(([id, name]) => ({
        id,
        name,
        wallet: { value: balanceFen(id), currency: 'CNY' },
        current: id === current,
      })),
    current: () => current,
    use(person) {
      current = known(person)
    },
    resolve: (person) => (person === undefined ? current : known(person)),
    openid: (person, appId) => openidOf(known(person), appId),
    unionid(person, appId) {
      const openPlatform = registry.app(appId)?.openPlatform
      return openPlatform && fingerprint('unionid', openPlatform, known(person))
    },
    owner: (openid, appId) =>
      [...names.keys()].find((person) => openidOf(person, appId) === openid),
    balanceFen,
    debit: (person, fen) => void balances.set(known(person), balanceFen(person) - fen),
    credit: (person, fen) => void balances.set(known(person), balanceFen(person) + fen),
    reset() {
      for (const persona of personas) balances.set(persona.id, persona.balanceFen)
      current = first.id
    },
  }
}

function openidOf(person: string, appId: string): string {
  return fingerprint('openid', appId, person)
}

/** 28 characters beginning with `o`, as WeChat's own look. */
function fingerprint(...parts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
  return `o${digest.slice(0, 27)}`
}
