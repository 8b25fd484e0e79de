import type { Money } from '../../shared/money.ts'

export const LOCALES = ['zh-CN', 'zh-TW', 'en'] as const
export type Locale = (typeof LOCALES)[number]
export type Localized = Readonly<Record<Locale, string>>

export interface Product {
  readonly productId: string
  readonly name: Localized
  /** One line below the name: where it grows, and how it tastes. */
  readonly note: Localized
  /** What one piece is. */
  readonly unit: Localized
  /** The only price there is; no request ever carries one. */
  readonly price: Money
  /** Colours of the drawing: the liquor in the cup, the leaf, and the cloth below. */
  readonly colours: { readonly liquor: string; readonly leaf: string; readonly cloth: string }
}

const cny = (value: number): Money => ({ value, currency: 'CNY' })

export const CATALOGUE: readonly Product[] = [
  {
    productId: 'longjing',
    name: { 'zh-CN': '西湖龙井', 'zh-TW': '西湖龍井', en: 'West Lake Longjing' },
    note: {
      'zh-CN': '杭州 · 豆香清甜',
      'zh-TW': '杭州 · 豆香清甜',
      en: 'Hangzhou · sweet, like chestnuts',
    },
    unit: { 'zh-CN': '50 克罐装', 'zh-TW': '50 公克罐裝', en: '50 g tin' },
    price: cny(12_800),
    colours: { liquor: '#d9cf6a', leaf: '#6f8f3c', cloth: '#e6ead3' },
  },
  {
    productId: 'jasmine-pearls',
    name: { 'zh-CN': '茉莉龙珠', 'zh-TW': '茉莉龍珠', en: 'Jasmine Pearls' },
    note: {
      'zh-CN': '福州 · 花香绵长',
      'zh-TW': '福州 · 花香綿長',
      en: 'Fuzhou · long jasmine scent',
    },
    unit: { 'zh-CN': '60 克罐装', 'zh-TW': '60 公克罐裝', en: '60 g tin' },
    price: cny(6_800),
    colours: { liquor: '#e4d389', leaf: '#8aa05a', cloth: '#f1ead8' },
  },
  {
    productId: 'silver-needle',
    name: { 'zh-CN': '白毫银针', 'zh-TW': '白毫銀針', en: 'Silver Needle' },
    note: { 'zh-CN': '福鼎 · 毫香蜜韵', 'zh-TW': '福鼎 · 毫香蜜韻', en: 'Fuding · downy, honeyed' },
    unit: { 'zh-CN': '30 克罐装', 'zh-TW': '30 公克罐裝', en: '30 g tin' },
    price: cny(15_600),
    colours: { liquor: '#efd9a0', leaf: '#a9b08a', cloth: '#e7e9e4' },
  },
  {
    productId: 'tieguanyin',
    name: { 'zh-CN': '安溪铁观音', 'zh-TW': '安溪鐵觀音', en: 'Anxi Tieguanyin' },
    note: { 'zh-CN': '安溪 · 兰花香', 'zh-TW': '安溪 · 蘭花香', en: 'Anxi · orchid, creamy' },
    unit: { 'zh-CN': '100 克罐装', 'zh-TW': '100 公克罐裝', en: '100 g tin' },
    price: cny(8_800),
    colours: { liquor: '#e0b84f', leaf: '#4f7a4a', cloth: '#dfe8dc' },
  },
  {
    productId: 'da-hong-pao',
    name: { 'zh-CN': '武夷大红袍', 'zh-TW': '武夷大紅袍', en: 'Da Hong Pao' },
    note: {
      'zh-CN': '武夷山 · 岩骨花香',
      'zh-TW': '武夷山 · 岩骨花香',
      en: 'Wuyi · roasted, mineral',
    },
    unit: { 'zh-CN': '50 克罐装', 'zh-TW': '50 公克罐裝', en: '50 g tin' },
    price: cny(19_800),
    colours: { liquor: '#b4622d', leaf: '#6b4a2f', cloth: '#eddccd' },
  },
  {
    productId: 'shou-puer',
    name: { 'zh-CN': '熟普小沱', 'zh-TW': '熟普小沱', en: 'Shou Puer Mini Tuo' },
    note: {
      'zh-CN': '勐海 · 醇厚顺滑',
      'zh-TW': '勐海 · 醇厚順口',
      en: 'Menghai · deep and smooth',
    },
    unit: { 'zh-CN': '8 颗装', 'zh-TW': '8 顆裝', en: '8 pieces' },
    price: cny(3_990),
    colours: { liquor: '#6d2f1c', leaf: '#4a3226', cloth: '#e6d8cf' },
  },
]

const byId: ReadonlyMap<string, Product> = new Map(CATALOGUE.map((one) => [one.productId, one]))

export function findProduct(productId: string): Product | undefined {
  return byId.get(productId)
}

/** What a front end may see of a product; the picture is a path on this shop. */
export function productView(product: Product) {
  const { productId, name, note, unit, price } = product
  return { productId, name, note, unit, price, picture: picturePath(productId) }
}

export function picturePath(productId: string): string {
  return `/shop/pictures/${productId}.svg`
}
