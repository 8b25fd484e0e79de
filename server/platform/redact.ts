/**
 * The second net under the log's allow-list: words that look like credentials are blanked wherever
 * they stand in a text. The first net is that nobody puts them there.
 */
const MASK = '[redacted]'

const NAMES = [
  '(?:app_?|client_?)?secret',
  'session_?key',
  'js_?code',
  'login_?code',
  '(?:access_?|refresh_?|session_?|checkout_?)?token',
  'api_?(?:v3_?)?key',
  'private_?key',
  'passw(?:or)?d',
  'pay_?sign',
].join('|')

const RULES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g, MASK],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+/gi, `$1 ${MASK}`],
  // A JSON member, "secret": "…", also with its quotes escaped.
  [new RegExp(String.raw`(\\?"(?:${NAMES})\\?"\s*:\s*\\?")[^"\\]*`, 'gi'), `$1${MASK}`],
  // A field of a query, a form or a sentence: secret=…, password: …
  [
    new RegExp(String.raw`((?<![A-Za-z0-9])(?:${NAMES})\s*[=:]\s*)[^\s&"',;)\]}]+`, 'gi'),
    `$1${MASK}`,
  ],
  // In an address: the code of WeChat's OAuth2, and the token of a checkout link.
  [/([?&](?:code|t)=)[^\s&"'#]+/g, `$1${MASK}`],
]

/** The text without what looks like a credential. */
export function redact(text: string): string {
  return RULES.reduce((clean, [pattern, mask]) => clean.replace(pattern, mask), text)
}
