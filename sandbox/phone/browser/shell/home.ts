import { formatMoney } from '../../../../shared/money.ts'
import { drawing, h, pressable } from '../dom/element.ts'
import type { Person, Sheet } from './api.ts'
import type { Texts } from './texts.ts'

export interface Receipt {
  readonly sheet: Sheet
  readonly at: Date
}

export interface HomeParts {
  readonly miniProgramName: string
  readonly officialAccountName: string
  openMiniProgram(): void
  openOfficialAccount(): void
  openScanner(): void
  toggleLanguage(): void
}

export interface HomeState {
  readonly texts: Texts
  readonly person: Person | null
  readonly receipts: readonly Receipt[]
}

type Tab = 'chats' | 'discover' | 'me'

const TAB_DRAWINGS: Readonly<Record<Tab, string>> = {
  chats:
    'M12 4.5c-5 0-9 3.2-9 7.2 0 2.3 1.3 4.3 3.4 5.6l-.6 2.7 3-1.6c1 .3 2.1.4 3.2.4 5 0 9-3.1 9-7.1s-4-7.2-9-7.2Z',
  discover: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm3.8 5.2-2.3 5.3-5.3 2.3 2.3-5.3Z',
  me: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM4 20.5c.6-4 3.9-6 8-6s7.4 2 8 6Z',
}
const SCAN = 'M4 8V4.5h4M16 4.5h4V8M20 16v3.5h-4M8 19.5H4V16M4 12h16'
const MINI_PROGRAM =
  'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 11.4a2.6 2.6 0 1 1-2.3-2.5M12 9.6a2.6 2.6 0 1 1 2.3 2.5M12 9.4v5.2'

/** WeChat's own screens: the list of chats, Discover, Me, and the receipts of WeChat Pay. */
export class Home {
  readonly element = h('div', { class: 'app-layer home' })
  private readonly parts: HomeParts
  private tab: Tab = 'chats'
  private thread = false
  private state: HomeState

  constructor(parts: HomeParts, state: HomeState) {
    this.parts = parts
    this.state = state
    this.render()
  }

  update(state: HomeState): void {
    this.state = state
    this.render()
  }

  private render(): void {
    const { texts } = this.state
    if (this.thread) {
      this.element.replaceChildren(this.bar(texts.wechatPay, true), this.receipts())
      return
    }
    const body =
      this.tab === 'chats' ? this.chats() : this.tab === 'discover' ? this.discover() : this.me()
    this.element.replaceChildren(this.bar(texts[this.tab], false), body, this.tabs())
  }

  private bar(title: string, back: boolean): HTMLElement {
    const { texts } = this.state
    const lead = pressable(
      { class: 'home-back', 'aria-label': texts.back },
      () =>
        this.show(() => {
          this.thread = false
        }),
      drawing('M15.5 4.5 8 12l7.5 7.5'),
    )
    const scan = pressable(
      { class: 'home-scan', 'aria-label': texts.scan },
      () => this.parts.openScanner(),
      drawing(SCAN, { size: 22 }),
    )
    return h(
      'header',
      { class: 'home-bar' },
      back ? lead : null,
      h('h1', {}, title),
      back ? null : scan,
    )
  }

  private chats(): HTMLElement {
    const { texts, receipts } = this.state
    const last = receipts.at(-1)
    const { miniProgramName, officialAccountName } = this.parts
    return h(
      'div',
      { class: 'home-body' },
      chat({
        avatar: h('div', { class: 'avatar avatar-tea' }, miniProgramName.slice(0, 1)),
        title: miniProgramName,
        subtitle: texts.miniProgram,
        tag: drawing(MINI_PROGRAM, { size: 14 }),
        onPress: () => this.parts.openMiniProgram(),
      }),
      chat({
        avatar: h('div', { class: 'avatar avatar-account' }, officialAccountName.slice(0, 1)),
        title: officialAccountName,
        subtitle: texts.officialAccount,
        onPress: () => this.parts.openOfficialAccount(),
      }),
      chat({
        avatar: h(
          'div',
          { class: 'avatar avatar-pay' },
          drawing('m5 12.5 4.6 4.6L19.2 7.5', { size: 26 }),
        ),
        title: texts.wechatPay,
        subtitle: last
          ? `${texts.receipt} ${formatMoney(last.sheet.walletAmount)}`
          : texts.noReceipts,
        time: last ? clock(last.at) : '',
        onPress: () =>
          this.show(() => {
            this.thread = true
          }),
      }),
    )
  }

  private discover(): HTMLElement {
    const { texts } = this.state
    return h(
      'div',
      { class: 'home-body home-grouped' },
      row({
        icon: drawing(SCAN),
        tone: 'blue',
        label: texts.scan,
        onPress: () => this.parts.openScanner(),
      }),
      row({
        icon: drawing(MINI_PROGRAM),
        tone: 'violet',
        label: texts.miniPrograms,
        detail: this.parts.miniProgramName,
        onPress: () => this.parts.openMiniProgram(),
      }),
    )
  }

  private me(): HTMLElement {
    const { texts, person } = this.state
    const name = person?.name ?? '–'
    return h(
      'div',
      { class: 'home-body home-grouped' },
      h(
        'div',
        { class: 'home-profile' },
        h('div', { class: 'avatar avatar-person' }, name.slice(0, 1)),
        h('div', {}, h('strong', {}, name), h('small', {}, `ID: ${person?.id ?? '–'}`)),
      ),
      row({
        icon: h('b', {}, '¥'),
        tone: 'green',
        label: texts.wallet,
        detail: person === null ? '' : formatMoney(person.wallet),
      }),
      row({
        icon: h('b', {}, 'A'),
        tone: 'blue',
        label: texts.language,
        detail: texts.languageName,
        onPress: () => this.parts.toggleLanguage(),
      }),
    )
  }

  private receipts(): HTMLElement {
    const { texts, receipts } = this.state
    const cards = receipts.map(({ sheet, at }) =>
      h(
        'article',
        { class: 'receipt' },
        h('time', {}, clock(at)),
        h(
          'div',
          {},
          h('p', {}, texts.receipt),
          h('strong', {}, formatMoney(sheet.walletAmount)),
          h('small', {}, sheet.merchant),
          h('small', {}, sheet.description),
        ),
      ),
    )
    const empty = h('p', { class: 'home-empty' }, texts.noReceipts)
    return h('div', { class: 'home-body home-grouped' }, ...(cards.length > 0 ? cards : [empty]))
  }

  private tabs(): HTMLElement {
    const { texts } = this.state
    const tabs: readonly Tab[] = ['chats', 'discover', 'me']
    const button = (tab: Tab) =>
      pressable(
        { 'aria-current': tab === this.tab ? 'page' : null },
        () =>
          this.show(() => {
            this.tab = tab
          }),
        drawing(TAB_DRAWINGS[tab], { fill: tab === this.tab, size: 26 }),
        h('span', {}, texts[tab]),
      )
    return h('nav', { class: 'home-tabs' }, ...tabs.map(button))
  }

  private show(change: () => void): void {
    change()
    this.render()
  }
}

function chat(options: {
  avatar: HTMLElement
  title: string
  subtitle: string
  tag?: SVGElement
  time?: string
  onPress: () => void
}): HTMLElement {
  const { avatar, title, subtitle, tag, time = '', onPress } = options
  return pressable(
    { class: 'chat' },
    onPress,
    avatar,
    h(
      'span',
      { class: 'chat-text' },
      h('span', { class: 'chat-title' }, h('strong', {}, title), h('time', {}, time)),
      h('small', {}, tag ?? null, subtitle),
    ),
  )
}

function row(options: {
  icon: Element
  tone: string
  label: string
  detail?: string
  onPress?: () => void
}): HTMLElement {
  const { icon, tone, label, detail = '', onPress } = options
  const children = [
    h('i', { class: `row-icon tone-${tone}` }, icon),
    h('span', { class: 'row-label' }, label),
    h('span', { class: 'row-detail' }, detail),
  ]
  if (onPress === undefined) return h('div', { class: 'row' }, ...children)
  return pressable({ class: 'row row-link' }, onPress, ...children)
}

function clock(at: Date): string {
  return `${at.getHours()}:${String(at.getMinutes()).padStart(2, '0')}`
}
