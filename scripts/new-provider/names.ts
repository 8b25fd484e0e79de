/** The spellings of one provider's name, by the word that stands for each in the templates. */
export interface Names {
  /** Folders and simulator: `peony-pay`. */
  readonly kebab: string
  /** `provider` in the configuration, the demo's account, and names of values: `peonyPay`. */
  readonly camel: string
  /** Names of types and makers: `PeonyPay`. */
  readonly pascal: string
  /** In names of environment variables: `PEONY_PAY`. */
  readonly upper: string
  /** As people write it: `Peony Pay`. */
  readonly product: string
}

/** Somebody asked for what cannot be made; the message says what to do instead. Nothing was written. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** Names that mean something else where the provider's name would stand. */
const TAKEN_WORDS = (
  'browser clock close control input options phone ports providers random reset seed settlement ' +
  'shared started urls value wechat class const default delete export import new return switch this'
).split(' ')

/** Throws Refusal on a name that cannot be a folder, an identifier and a text all at once. */
export function namesOf(kebab: string, product: string): Names {
  if (!/^[a-z]{2,}(?:-[a-z]+)*$/.test(kebab) || kebab.length > 32) {
    throw new Refusal(`"${kebab}": give a name of small letters and hyphens, such as peony-pay`)
  }
  if (TAKEN_WORDS.includes(kebab)) {
    throw new Refusal(`"${kebab}" means something else here; try ${kebab}-pay`)
  }
  if (!/^\p{L}[\p{L}\p{N} .&-]{0,39}$/u.test(product) || product.endsWith(' ')) {
    throw new Refusal(`"${product}": give the product's name, letters first, such as "Peony Pay"`)
  }
  const pascal = kebab.split('-').map(capital).join('')
  const camel = pascal.slice(0, 1).toLowerCase() + pascal.slice(1)
  return { kebab, camel, pascal, upper: kebab.toUpperCase().replaceAll('-', '_'), product }
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1)
}
