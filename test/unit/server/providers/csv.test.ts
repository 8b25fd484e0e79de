import { describe, expect, test } from 'vitest'
import { detectDelimiter, parseCsv } from '../../../../server/providers/csv.ts'

describe('a table of a provider is read exactly as it stands', () => {
  test.each([
    [
      'fields of one line',
      'A,B\n1.60,USD',
      [
        ['A', 'B'],
        ['1.60', 'USD'],
      ],
    ],
    [
      'CRLF, and a line break at the end that begins no record',
      'A,B\r\n1,2\r\n',
      [
        ['A', 'B'],
        ['1', '2'],
      ],
    ],
    [
      'a byte order mark, which is no part of the first name',
      '\ufeffA,B\n1,2',
      [
        ['A', 'B'],
        ['1', '2'],
      ],
    ],
    [
      'quoted fields with delimiters',
      'A,B\n"tea, two boxes",2',
      [
        ['A', 'B'],
        ['tea, two boxes', '2'],
      ],
    ],
    ['doubled quotes', '"the ""best"" tea",""', [['the "best" tea', '']]],
    [
      'line breaks inside quotes',
      '"one\r\ntwo",3\n4,5',
      [
        ['one\r\ntwo', '3'],
        ['4', '5'],
      ],
    ],
    [
      'empty fields at both ends and in the middle',
      ',\n1,,3,',
      [
        ['', ''],
        ['1', '', '3', ''],
      ],
    ],
    ['an empty line, so that lines can be counted', 'A\n\n1', [['A'], [''], ['1']]],
    ['a quote and a carriage return inside a bare field', 'say "hi",a\rb', [['say "hi"', 'a\rb']]],
    ['spaces and leading zeros', ' 007 , x', [[' 007 ', ' x']]],
    ['a delimiter that ends the file', 'a,', [['a', '']]],
    ['nothing', '', []],
    ['only a byte order mark', '\ufeff', []],
  ])('%s', (_, text, records) => {
    expect(parseCsv(text)).toEqual(records)
  })

  test.each([
    ['a quote that never closes', 'A,B\n1,"2\n3,4', 'line 2'],
    ['words after a closing quote', 'A\n"1"2', 'line 2'],
    ['a quote doubled once too often', '"a"""b"', 'line 1'],
  ])('%s is an error and never a guess', (_, text, place) => {
    expect(() => parseCsv(text)).toThrow(RangeError)
    expect(() => parseCsv(text)).toThrow(place)
  })
})

describe('the delimiter', () => {
  test.each([
    ['TX_ID,AMOUNT', ','],
    ['TX_ID;AMOUNT', ';'],
    ['TX_ID\tAMOUNT', '\t'],
    ['\ufeff\r\nTX_ID;AMOUNT;NOTE, LONG', ';'],
    ['"a;b;c;d",AMOUNT', ','],
    ['TX_ID', ','],
    ['', ','],
  ] as const)('%j is separated by %j', (text, delimiter) => {
    expect(detectDelimiter(text)).toBe(delimiter)
  })

  test('that is given is not detected', () => {
    expect(parseCsv('a;b,c', { delimiter: ';' })).toEqual([['a', 'b,c']])
    expect(parseCsv('a;b;c,d', { delimiter: ',' })).toEqual([['a;b;c', 'd']])
  })

  test('works for all three alike, quotes included', () => {
    for (const delimiter of [',', ';', '\t'] as const) {
      const text = ['a', `"x${delimiter}y"`, 'b'].join(delimiter)
      expect(parseCsv(text, { delimiter })).toEqual([['a', `x${delimiter}y`, 'b']])
    }
  })
})

test('a file of a hundred thousand records is read in one go', () => {
  const line = '20210615,999111222,"a ""quoted"" name",1.60,USD\r\n'
  const records = parseCsv(line.repeat(100_000))
  expect(records).toHaveLength(100_000)
  expect(records.at(-1)).toEqual(['20210615', '999111222', 'a "quoted" name', '1.60', 'USD'])
})
