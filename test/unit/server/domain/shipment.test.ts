import { describe, expect, test } from 'vitest'
import {
  admit,
  isShippedAs,
  maskContact,
  type Parcel,
  type Shipment,
  type ShipmentContent,
} from '../../../../server/domain/shipment.ts'

const LIMITS = { mostParcels: 15 } as const

function parcels(...numbers: readonly string[]): readonly Parcel[] {
  return numbers.map((trackingNo) => ({
    company: 'ZTO',
    trackingNo,
    itemDescription: 'tea',
    receiverContact: null,
  }))
}

function content(fields: Partial<ShipmentContent> = {}): ShipmentContent {
  return {
    appId: 'wx-mini',
    openid: 'o-liwei',
    transactionId: '4200001234',
    method: 'express',
    isSplit: false,
    isAllDelivered: true,
    isCorrection: false,
    parcels: parcels('1'),
    ...fields,
  }
}

type Known = Pick<Shipment, 'status' | 'content'>

const shipped = (
  fields: Partial<ShipmentContent>,
  status: Shipment['status'] = 'accepted',
): Known => ({ status, content: content(fields) })

const part = (number: string, isLast = false) =>
  shipped({ isSplit: true, isAllDelivered: isLast, parcels: parcels(number) })

const wishes = (known: readonly Known[], fields: Partial<ShipmentContent> = {}) =>
  admit(known, content({ parcels: parcels('9'), ...fields }), LIMITS)

describe('WeChat takes', () => {
  test.each<[string, readonly Known[], Partial<ShipmentContent>, boolean]>([
    ['the first shipment', [], {}, false],
    ['several parcels at once, as parts', [], { parcels: parcels('1', '2') }, true],
    ['the first of several shipments, as a part', [], { isAllDelivered: false }, true],
    ['the last of several, as a part', [part('1')], {}, true],
    ['what replaces a refused one', [shipped({}, 'failed')], {}, false],
    ['one correction', [shipped({})], { isCorrection: true }, false],
    ['a correction in parts', [shipped({})], { isCorrection: true, isAllDelivered: false }, true],
    [
      'the rest of a correction in parts',
      [shipped({}), shipped({ isCorrection: true, isSplit: true, isAllDelivered: false })],
      { isCorrection: true },
      true,
    ],
    [
      'a correction of parts that goes as a whole',
      [part('1')],
      { isCorrection: true, method: 'pickUp', parcels: [] },
      false,
    ],
  ])('%s', (_, known, fields, isSplit) => {
    expect(wishes(known, fields)).toEqual({ ok: true, isSplit })
  })
})

describe('WeChat does not take', () => {
  test.each<[string, readonly Known[], Partial<ShipmentContent>, string]>([
    ['what is shipped already', [shipped({})], {}, 'shipped already'],
    ['what is on its way to be told already', [shipped({}, 'requested')], {}, 'shipped already'],
    ['a part after the last one', [part('1'), part('2', true)], {}, 'shipped already'],
    ['a part by another method', [part('1')], { method: 'pickUp', parcels: [] }, 'another method'],
    ['a parcel twice in one', [], { parcels: parcels('1', '1') }, 'ZTO 1 is there twice'],
    ['a parcel twice in two', [part('9')], {}, 'ZTO 9 is there twice'],
    [
      'more than 15 parcels in all',
      [part('1')],
      { parcels: parcels(...Array.from({ length: 15 }, (_, n) => `x${n}`)) },
      '15 parcels at most',
    ],
    ['a correction of nothing', [], { isCorrection: true }, 'Nothing was shipped'],
    [
      'a correction of what was refused',
      [shipped({}, 'failed')],
      { isCorrection: true },
      'Nothing was shipped',
    ],
    [
      'a second correction',
      [shipped({}), shipped({ isCorrection: true })],
      { isCorrection: true },
      'corrected already',
    ],
    [
      'a correction of parts that are not all there',
      [part('1')],
      { isCorrection: true, isAllDelivered: false },
      'Not everything',
    ],
  ])('%s', (_, known, fields, detail) => {
    expect(wishes(known, fields)).toEqual({ ok: false, detail: expect.stringContaining(detail) })
  })
})

test.each([
  ['13812345678', '138****5678'],
  ['+86 138 1234 5678', '861******5678'],
  ['021-55551234', '021-****1234'],
  ['55551234', '****1234'],
  ['1234', '****1234'],
  ['189****1234', '189****1234'],
  ['021-****1234', '021-****1234'],
])('the telephone %s goes to WeChat as %s', (contact, masked) => {
  expect(maskContact(contact)).toBe(masked)
})

describe('a shipment is known to be there', () => {
  const there = {
    method: 'express',
    trackingNos: ['1', '2'],
    finished: true,
    finishedCount: 1,
  } as const

  test.each<[boolean, string, Partial<ShipmentContent>, Partial<typeof there> | object]>([
    [true, 'with its parcel', {}, {}],
    [
      true,
      'with its part, though not all is there',
      { isAllDelivered: false },
      { finished: false, finishedCount: 0 },
    ],
    [false, 'without its parcel', { parcels: parcels('3') }, {}],
    [false, 'by another method', { method: 'pickUp', parcels: [] }, {}],
    [false, 'while not all is there', {}, { finished: false, finishedCount: 0 }],
    [false, 'as a correction that was not made', { isCorrection: true }, {}],
    [true, 'as a correction', { isCorrection: true }, { finishedCount: 2 }],
    [false, 'in an order of which nothing is shipped', {}, { method: null, trackingNos: [] }],
  ])('%s %s', (isThere, _, fields, changes) => {
    expect(isShippedAs(content(fields), { ...there, ...changes })).toBe(isThere)
  })
})
