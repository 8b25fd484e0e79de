import { h } from '../../dom/element.ts'
import { type BuiltInDefinition, type ComponentServices, flag, number, text } from './define.ts'

/** The times are WeChat's to choose here; programs may name theirs. */
const HOVER = {
  hoverStartTime: number(20),
  hoverStayTime: number(70),
  hoverStopPropagation: flag(),
}

/** Boxes and words. */
export const view: BuiltInDefinition = {
  tag: 'view',
  properties: { ...HOVER, hoverClass: text('none') },
}

export const textComponent: BuiltInDefinition = {
  tag: 'text',
  properties: { selectable: flag(), userSelect: flag(), space: text(), decode: flag() },
  changed({ element, flag: is, text: value }) {
    element.toggleAttribute('selectable', is('selectable') || is('userSelect'))
    element.toggleAttribute('keep-spaces', value('space') !== '')
  },
}

export const button: BuiltInDefinition = {
  tag: 'button',
  properties: {
    size: text('default'),
    type: text('default'),
    plain: flag(),
    disabled: flag(),
    loading: flag(),
    formType: text(),
    openType: text(),
    ...HOVER,
    hoverClass: text('button-hover'),
  },
  created({ element }) {
    element.setAttribute('role', 'button')
  },
  changed({ element, flag: is, text: value }) {
    element.setAttribute('type', value('type'))
    element.setAttribute('size', value('size'))
    element.setAttribute('form-type', value('formType'))
    element.setAttribute('aria-disabled', String(is('disabled')))
    element.tabIndex = is('disabled') ? -1 : 0
    for (const name of ['plain', 'disabled', 'loading']) element.toggleAttribute(name, is(name))
  },
}

export function image(services: ComponentServices): BuiltInDefinition {
  return {
    tag: 'image',
    properties: { src: text(), mode: text('scaleToFill'), lazyLoad: flag() },
    created(control) {
      const picture = h('img', { alt: '', draggable: 'false' })
      picture.addEventListener('load', () => {
        control.fire('load', { width: picture.naturalWidth, height: picture.naturalHeight })
      })
      picture.addEventListener('error', () => {
        control.fire('error', { errMsg: `${control.text('src')} could not be loaded` })
      })
      control.element.append(picture)
    },
    changed({ component, element, text: value }) {
      element.setAttribute('mode', value('mode'))
      const picture = element.querySelector('img')
      if (picture === null) return
      const owner = component.ownerShadowRoot?.getHostNode().is ?? ''
      const source = value('src')
      if (source === '') return picture.removeAttribute('src')
      const url = services.assetUrl(source, owner)
      if (picture.getAttribute('src') !== url) picture.setAttribute('src', url)
    },
  }
}

export function navigator(services: ComponentServices): BuiltInDefinition {
  return {
    tag: 'navigator',
    properties: {
      url: text(),
      openType: text('navigate'),
      delta: number(1),
      ...HOVER,
      hoverClass: text('navigator-hover'),
    },
    created(control) {
      control.element.setAttribute('role', 'link')
      control.onTap(() => {
        const target = { url: control.text('url'), delta: control.number('delta') }
        services.navigate(control.text('openType'), target)
      })
    },
  }
}
