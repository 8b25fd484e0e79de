import { RUNS } from './target.ts'

/** Bodies that hurt parsers, whoever they are from. None of them is a message of anybody. */

/** The server reads 64 KiB of a notification; a parser must be able to bear more. */
const HUGE = RUNS < 1_000 ? 100_000 : 1_000_000

const deep = (open: string, close: string, levels: number): string =>
  open.repeat(levels) + close.repeat(levels)

const many = (count: number, pair: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => pair(index)).join('&')

const XML = `<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
<xml><return_code>SUCCESS</return_code><result_code>&c;&x;</result_code></xml>`

export const HOSTILE_BODIES: Readonly<Record<string, () => string | Uint8Array>> = {
  nothing: () => '',
  NUL: () => '\0'.repeat(1_000),
  'a byte order mark': () => '\ufeff',
  'every byte there is': () => Uint8Array.from({ length: 256 }, (_, byte) => byte),
  'bytes that are no UTF-8': () => Uint8Array.of(0xc3, 0x28, 0xed, 0xa0, 0x80, 0xff, 0xfe),
  'an array 20,000 deep': () => deep('[', ']', 20_000),
  'an array that never ends': () => '['.repeat(HUGE),
  'an object 20,000 deep': () => `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  'a resource 20,000 deep': () => `{"resource":${deep('[', ']', 20_000)}}`,
  __proto__: () => '{"__proto__":{"id":"x","type":"payment.paid"},"constructor":{"prototype":1}}',
  'a name ten thousand times': () => `{${'"id":"x",'.repeat(10_000)}"id":"y"}`,
  'huge numbers': () => `{"id":1e999,"value":${'9'.repeat(10_000)},"x":-0,"y":1e-999}`,
  'half a character': () => '{"id":"\\ud800","type":"\\udfff"}',
  null: () => 'null',
  'a word': () => '"paid"',
  'XML with entities upon entities': () => XML,
  'XML of the old APIv2': () =>
    '<xml><appid>wx1</appid><result_code>SUCCESS</result_code><sign>0</sign></xml>',
  'a form of very many fields': () => many(HUGE / 10, (index) => `f${index}=${index}`),
  'a form that names one thing very often': () => many(HUGE / 10, () => 'TXID=1'),
  'a huge value': () => `TXID=${'A'.repeat(HUGE)}`,
  'a huge name': () => `${'A'.repeat(HUGE)}=1`,
  'endless percents': () => `TXID=${'%'.repeat(HUGE)}`,
  'endless half percents': () => `TXID=${'%4'.repeat(HUGE / 2)}`,
  'endless escapes': () => `TXID=${'%E4'.repeat(HUGE / 3)}`,
  'endless spaces': () => `TXID${' '.repeat(HUGE)}`,
  'spaces without end before a name': () => `${' '.repeat(HUGE)}TXID=1`,
  'endless colons': () => ':'.repeat(HUGE),
  'endless equals signs': () => '='.repeat(HUGE),
  'endless ampersands': () => '&'.repeat(HUGE),
  'a form with names of prototypes': () =>
    '__proto__=1&constructor=2&hasOwnProperty=3&toString=4&TXID=1&STATUS=SUCCEEDED',
  'an address within an address': () =>
    `redirect_url=http://a?tx=1&rs=2&cs=3${'&cs=4'.repeat(10_000)}`,
  'gzip bytes': () => Uint8Array.from(Buffer.from('1f8b0800000000000003ab5602', 'hex')),
  'multipart of files': () =>
    '--x\r\nContent-Disposition: form-data; name="TXID"\r\n\r\n1\r\n--x--\r\n',
}

export const HOSTILE_WORDS: readonly string[] = [
  '',
  ' ',
  '0',
  '-1',
  'null',
  'undefined',
  'NaN',
  '__proto__',
  'constructor',
  'toString',
  '%',
  '%00',
  '%zz',
  '%2f',
  '%2e%2e%2f',
  '..',
  '../../etc/passwd',
  '..%5c..%5c',
  '%0d%0aX-Evil:%20yes',
  '%c0%af',
  '%ed%a0%80',
  '%f0%9f%8d%b5',
  '%25%32%66',
  "'%20OR%201=1--",
  '$%7Bjndi:ldap://x%7D',
  '%3Cscript%3Ealert(1)%3C/script%3E',
  '%e2%80%ae%e2%80%8b',
  '*',
  '{}',
  '[]',
  '1e309',
  '99999999999999999999',
  '2026-06-24T10:15:00Z',
  '0000-01-01T00:00:00Z',
  '275761-01-01T00:00:00Z',
  'MSAA',
  'OTk5OTk5OTk5OTk5OTk5ICc',
  'a'.repeat(64),
  'a'.repeat(65),
  'a'.repeat(4_000),
  '%41'.repeat(2_000),
]
