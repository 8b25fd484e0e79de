import { type BuiltInDefinition, type Control, flag, number, text } from './define.ts'

export const scrollView: BuiltInDefinition = {
  tag: 'scroll-view',
  properties: {
    scrollX: flag(),
    scrollY: flag(),
    scrollTop: number(),
    scrollLeft: number(),
    scrollIntoView: text(),
    upperThreshold: number(50),
    lowerThreshold: number(50),
    scrollWithAnimation: flag(),
    enhanced: flag(),
    showScrollbar: flag(true),
    enableFlex: flag(),
    type: text('list'),
  },
  created(control) {
    let wasAtEnd = false
    control.element.addEventListener('scroll', () => {
      const { scrollTop, scrollLeft, scrollHeight, scrollWidth } = control.element
      control.fire('scroll', { scrollTop, scrollLeft, scrollHeight, scrollWidth })
      const end = isAtEnd(control)
      if (end && !wasAtEnd) control.fire('scrolltolower', { direction: 'bottom' })
      wasAtEnd = end
    })
  },
  changed(control) {
    const { element } = control
    for (const name of ['scroll-x', 'scroll-y', 'enable-flex']) {
      element.toggleAttribute(name, control.flag(camel(name)))
    }
    follow(control, 'scrollTop')
    follow(control, 'scrollLeft')
    const id = control.text('scrollIntoView')
    if (id === '' || element.getAttribute('shown-id') === id) return
    element.setAttribute('shown-id', id)
    element.querySelector(`[id$="--${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'start' })
  },
}

/** Moves only when the property was changed, never back to it after the user scrolled. */
function follow({ element, number: value }: Control, name: 'scrollTop' | 'scrollLeft'): void {
  const wanted = String(value(name))
  if (element.dataset[name] === wanted) return
  element.dataset[name] = wanted
  if (element.isConnected) element[name] = Number(wanted)
}

function isAtEnd(control: Control): boolean {
  const { element } = control
  const threshold = control.number('lowerThreshold')
  return control.flag('scrollX')
    ? element.scrollLeft + element.clientWidth + threshold >= element.scrollWidth
    : element.scrollTop + element.clientHeight + threshold >= element.scrollHeight
}

function camel(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** Slides side by side; the browser's scroll snapping does the swiping. */
export const swiper: BuiltInDefinition = {
  tag: 'swiper',
  properties: {
    current: number(),
    indicatorDots: flag(),
    autoplay: flag(),
    interval: number(5000),
    duration: number(500),
    circular: flag(),
  },
  created(control) {
    control.element.addEventListener('scrollend', () => {
      const { scrollLeft, clientWidth } = control.element
      const current = clientWidth === 0 ? 0 : Math.round(scrollLeft / clientWidth)
      if (current === control.number('current')) return
      control.set('current', current)
      control.fire('change', { current, source: 'touch' })
    })
    playAutomatically(control)
  },
  changed({ element, number: value }) {
    const left = value('current') * element.clientWidth
    if (element.isConnected) element.scrollTo({ left, behavior: 'smooth' })
  },
}

function playAutomatically(control: Control): void {
  const next = () => {
    const { element } = control
    if (!element.isConnected) return
    const slides = element.querySelectorAll('wx-swiper-item').length
    if (control.flag('autoplay') && slides > 1) {
      control.set('current', (control.number('current') + 1) % slides)
      control.fire('change', { current: control.number('current'), source: 'autoplay' })
    }
    schedule()
  }
  const schedule = () => setTimeout(next, Math.max(control.number('interval'), 500))
  schedule()
}

export const swiperItem: BuiltInDefinition = {
  tag: 'swiper-item',
  properties: { itemId: text() },
}
