import { h, pressable } from '../dom/element.ts'
import { WECHAT_CLIENTS, type WechatClient } from '../runtime/host.ts'
import type { Person } from './api.ts'
import {
  HIDE_DURING_PAYMENT,
  type HideDuringPayment,
  languageOf,
  type Settings,
} from './settings.ts'
import type { Texts } from './texts.ts'

export interface PanelState {
  readonly settings: Settings
  readonly texts: Texts
  readonly persons: readonly Person[]
  readonly program: 'closed' | 'front' | 'background'
}

export interface PanelActions {
  readonly change: (part: Partial<Settings>) => void
  readonly usePerson: (person: string) => void
  readonly toBackground: () => void
  readonly bringBack: () => void
  readonly kill: () => void
}

/** The switches of the sandbox, beside the phone; on a small screen in a drawer. */
export class ControlPanel {
  readonly element = h('aside', { class: 'panel' })
  private readonly actions: PanelActions

  constructor(actions: PanelActions) {
    this.actions = actions
  }

  update(state: PanelState): void {
    const { settings, texts, persons } = state
    const open = this.element.querySelector('details')?.open ?? false
    const focused = document.activeElement?.closest('[data-control]')?.getAttribute('data-control')
    const { change } = this.actions
    const body = h(
      'div',
      { class: 'panel-body' },
      h('h2', {}, texts.panelTitle),
      h('p', {}, texts.panelHint),
      choice({
        name: 'person',
        label: texts.person,
        options: persons.map(({ id, name }) => [id, name]),
        value: persons.find(({ current }) => current)?.id ?? '',
        onChange: (id) => this.actions.usePerson(id),
      }),
      ...this.looks(state),
      choice({
        name: 'network',
        label: texts.network,
        options: [
          ['online', texts.online],
          ['offline', texts.offline],
        ],
        value: settings.offline ? 'offline' : 'online',
        onChange: (value) => change({ offline: value === 'offline' }),
      }),
      choice({
        name: 'platform',
        label: texts.system,
        options: [
          ['ios', 'iOS'],
          ['android', 'Android'],
        ],
        value: settings.platform,
        onChange: (platform) => change({ platform: platform === 'ios' ? 'ios' : 'android' }),
      }),
      this.process(state),
      this.hiding(state),
      this.client(state),
    )
    const drawer = h(
      'details',
      open ? { open: '' } : {},
      h('summary', { 'aria-label': texts.panelOpen }, h('i', {}), h('i', {}), h('i', {})),
      body,
    )
    this.element.replaceChildren(drawer)
    if (focused) this.element.querySelector<HTMLElement>(`[data-control="${focused}"]`)?.focus()
  }

  private looks({ settings, texts }: PanelState): HTMLElement[] {
    const { change } = this.actions
    return [
      choice({
        name: 'language',
        label: texts.language,
        options: [
          ['zh_CN', '简体'],
          ['zh_TW', '繁體'],
          ['en', 'English'],
        ],
        value: settings.language,
        onChange: (language) => change({ language: languageOf(language) }),
      }),
      choice({
        name: 'theme',
        label: texts.theme,
        options: [
          ['light', texts.light],
          ['dark', texts.dark],
        ],
        value: settings.theme,
        onChange: (theme) => change({ theme: theme === 'dark' ? 'dark' : 'light' }),
      }),
    ]
  }

  private process({ texts, program }: PanelState): HTMLElement {
    const button = (name: string, label: string, enabled: boolean, onPress: () => void) =>
      pressable({ 'data-control': name, disabled: enabled ? null : '' }, onPress, label)
    const { toBackground, bringBack, kill } = this.actions
    return h(
      'fieldset',
      {},
      h('legend', {}, texts.program),
      h(
        'div',
        { class: 'panel-buttons' },
        button('to-background', texts.toBackground, program === 'front', toBackground),
        button('bring-back', texts.bringBack, program === 'background', bringBack),
        button('kill', texts.kill, program !== 'closed', kill),
      ),
    )
  }

  private hiding({ settings, texts }: PanelState): HTMLElement {
    const names: Readonly<Record<HideDuringPayment, string>> = {
      no: texts.hide_no,
      showFirst: texts.hide_showFirst,
      callbackFirst: texts.hide_callbackFirst,
    }
    return select({
      name: 'hide-during-payment',
      label: texts.hideDuringPayment,
      options: HIDE_DURING_PAYMENT.map((value) => [value, names[value]]),
      value: settings.hideDuringPayment,
      onChange: (hideDuringPayment) => this.actions.change({ hideDuringPayment }),
    })
  }

  private client({ settings, texts }: PanelState): HTMLElement {
    const names: Readonly<Record<WechatClient, string>> = {
      current: texts.client_current,
      outdated: texts.client_outdated,
      singlePage: texts.client_singlePage,
      devtools: texts.client_devtools,
      payBanned: texts.client_payBanned,
    }
    return select({
      name: 'client',
      label: texts.client,
      options: WECHAT_CLIENTS.map((value) => [value, names[value]]),
      value: settings.client,
      onChange: (client) => this.actions.change({ client }),
    })
  }
}

function select<Value extends string>(options: {
  name: string
  label: string
  options: readonly (readonly [value: Value, label: string])[]
  value: Value
  onChange: (value: Value) => void
}): HTMLElement {
  const { name, label, value: current, onChange } = options
  const list = h(
    'select',
    { 'data-control': name, 'aria-label': label },
    ...options.options.map(([value, text]) =>
      h('option', { value, selected: value === current ? '' : null }, text),
    ),
  )
  list.addEventListener('change', () => {
    const [chosen] = options.options.find(([value]) => value === list.value) ?? []
    if (chosen !== undefined) onChange(chosen)
  })
  return h('fieldset', {}, h('legend', {}, label), list)
}

function choice(options: {
  name: string
  label: string
  options: readonly (readonly [value: string, label: string])[]
  value: string
  onChange: (value: string) => void
}): HTMLElement {
  const { name, label, value, onChange } = options
  const buttons = options.options.map(([option, text]) =>
    pressable(
      { 'aria-pressed': String(option === value), 'data-control': `${name}-${option}` },
      () => onChange(option),
      text,
    ),
  )
  return h('fieldset', {}, h('legend', {}, label), h('div', { class: 'panel-choice' }, ...buttons))
}
