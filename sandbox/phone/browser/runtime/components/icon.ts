import { drawing } from '../../dom/element.ts'
import { type BuiltInDefinition, text } from './define.ts'

const DISC = 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Z'
const SHAPES: Readonly<Record<string, { path: string; color: string }>> = {
  success: { path: `${DISC}m-1.2 14.4-4-4 1.4-1.4 2.6 2.6 5.4-5.4 1.4 1.4Z`, color: '#07c160' },
  success_no_circle: { path: 'm10.2 17.4-5-5 1.4-1.4 3.6 3.6 7.4-7.4L19 8.6Z', color: '#07c160' },
  info: { path: `${DISC}m1 15h-2v-6h2Zm0-8h-2V7h2Z`, color: '#10aeff' },
  warn: { path: `${DISC}m1 15h-2v-2h2Zm0-4h-2V7h2Z`, color: '#f43530' },
  waiting: { path: `${DISC}m4 11.4-5-1V6h2v5l3.6.8Z`, color: '#10aeff' },
  cancel: {
    path: `${DISC}m4.2 12.8-1.4 1.4L12 13.4l-2.8 2.8-1.4-1.4 2.8-2.8-2.8-2.8 1.4-1.4 2.8 2.8 2.8-2.8 1.4 1.4-2.8 2.8Z`,
    color: '#f43530',
  },
  download: { path: `${DISC}m0 15-4.5-4.5H11V7h2v5.5h3.5Z`, color: '#07c160' },
  search: {
    path: 'M10.5 4a6.5 6.5 0 1 0 4 11.6l4 4 1.1-1.1-4-4A6.5 6.5 0 0 0 10.5 4Zm0 1.6a4.9 4.9 0 1 1 0 9.8 4.9 4.9 0 0 1 0-9.8Z',
    color: '#b2b2b2',
  },
  clear: {
    path: `${DISC}m4.2 12.8-1.4 1.4L12 13.4l-2.8 2.8-1.4-1.4 2.8-2.8-2.8-2.8 1.4-1.4 2.8 2.8 2.8-2.8 1.4 1.4-2.8 2.8Z`,
    color: '#b2b2b2',
  },
}

export const icon: BuiltInDefinition = {
  tag: 'icon',
  properties: { type: text(), size: text('23'), color: text() },
  changed({ element, text: value }) {
    const shape = SHAPES[value('type')]
    const size = Number.parseFloat(value('size')) || 23
    element.replaceChildren(...(shape ? [drawing(shape.path, { fill: true, size })] : []))
    element.style.setProperty('--icon-color', value('color') || (shape?.color ?? ''))
  },
}
