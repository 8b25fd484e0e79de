import type { SandboxReply } from '../../http.ts'

/** Parameters and fields by their documented names. */
export type Fields = Readonly<Record<string, string>>

/** A form in ISO-8859-1; of a repeated name the last one counts. */
export function parseForm(body: Uint8Array): Fields {
  const fields: Record<string, string> = {}
  for (const pair of Buffer.from(body).toString('latin1').split('&')) {
    const [name = '', ...value] = pair.split('=')
    if (name !== '') fields[unescaped(name)] = unescaped(value.join('='))
  }
  return fields
}

function unescaped(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number(`0x${hex}`)))
}

/** Every byte beyond letters, digits and `-._` as `%XX`. */
export function escapeLatin1(text: string): string {
  return Array.from(Buffer.from(text, 'latin1'), (byte) => {
    const letter = String.fromCharCode(byte)
    if (/[A-Za-z0-9._-]/.test(letter)) return letter
    return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
}

/** The fields in their order; those named in `verbatim` without any escaping. */
export function formText(fields: Fields, verbatim: readonly string[] = []): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${verbatim.includes(name) ? value : escapeLatin1(value)}`)
    .join('&')
}

export function formReply(fields: Fields, verbatim: readonly string[] = []): SandboxReply {
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=ISO-8859-1' },
    body: formText(fields, verbatim),
  }
}

/** A tree of elements: fields, or a list of elements of one name. */
export type Xml = { readonly [name: string]: string | Xml | readonly Xml[] }

export function xmlReply(root: string, content: Xml): SandboxReply {
  const text = `<?xml version="1.0" encoding="ISO-8859-1"?>\n${element(root, content)}\n`
  return {
    status: 200,
    headers: { 'content-type': 'text/xml; charset=ISO-8859-1' },
    body: Buffer.from(text, 'latin1'),
  }
}

function element(name: string, content: string | Xml | readonly Xml[]): string {
  if (typeof content === 'string') {
    return content === '' ? `<${name}/>` : `<${name}>${escapeXml(content)}</${name}>`
  }
  if (isList(content)) return content.map((one) => element(name, one)).join('')
  const children = Object.entries(content).map(([child, value]) => element(child, value))
  return `<${name}>${children.join('')}</${name}>`
}

function isList(content: Xml | readonly Xml[]): content is readonly Xml[] {
  return Array.isArray(content)
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
