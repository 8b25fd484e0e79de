import * as glassEasel from 'glass-easel'
import { button, image, navigator, textComponent, view } from './basic.ts'
import { choices, label } from './choice.ts'
import { type BuiltInDefinition, type ComponentServices, defineBuiltIn } from './define.ts'
import { Controls, form, withControl } from './form.ts'
import { icon } from './icon.ts'
import { scrollView, swiper, swiperItem } from './scroll.ts'
import { input, textarea } from './text-input.ts'
import { webView } from './web-view.ts'

/** Makes WeChat's built-in components known to every page and component of the space. */
export function installBuiltIns(
  users: glassEasel.ComponentSpace,
  services: ComponentServices,
): void {
  const spaces = { own: new glassEasel.ComponentSpace(), users }
  const controls = new Controls()
  const definitions: readonly BuiltInDefinition[] = [
    view,
    textComponent,
    button,
    image(services),
    navigator(services),
    icon,
    withControl(controls, input),
    withControl(controls, textarea),
    ...choices(controls),
    label,
    form(controls),
    scrollView,
    swiper,
    swiperItem,
    webView(services),
  ]
  for (const definition of definitions) defineBuiltIn(spaces, definition)
}
