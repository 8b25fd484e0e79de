/**
 * Makes the basket of the shop page live: steppers and a running total. The form works without this
 * script too; the total shown is for the eye only, the shop prices the basket itself.
 */
import { formatMoney } from '../../../shared/money.ts'

const form = document.querySelector<HTMLFormElement>('form.shop')
const total = document.querySelector<HTMLElement>('[data-total]')
const count = document.querySelector<HTMLElement>('[data-count]')
const submit = document.querySelector<HTMLButtonElement>('button[type=submit]')

function quantityFields(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>('input[data-price]')]
}

function quantityOf(field: HTMLInputElement): number {
  const quantity = Math.trunc(Number(field.value))
  return Number.isFinite(quantity) ? Math.min(99, Math.max(0, quantity)) : 0
}

function refresh(): void {
  let sum = 0
  let pieces = 0
  for (const field of quantityFields()) {
    const quantity = quantityOf(field)
    sum += quantity * Number(field.getAttribute('data-price'))
    pieces += quantity
    const less = field.parentElement?.querySelector<HTMLButtonElement>('[data-step="-1"]')
    if (less) less.disabled = quantity === 0
    field.closest('.product')?.classList.toggle('chosen', quantity > 0)
  }
  if (total) total.textContent = formatMoney({ value: sum, currency: 'CNY' })
  if (count) count.textContent = String(pieces)
  if (submit) submit.disabled = pieces === 0
  document.body.classList.toggle('has-basket', pieces > 0)
}

form?.addEventListener('click', ({ target }) => {
  if (!(target instanceof HTMLElement)) return
  const step = Number(target.getAttribute('data-step') ?? 0)
  const field = target.parentElement?.querySelector<HTMLInputElement>('input[data-price]')
  if (step === 0 || !field) return
  field.value = String(Math.min(99, Math.max(0, quantityOf(field) + step)))
  refresh()
})
form?.addEventListener('input', refresh)
form?.addEventListener('submit', () => submit?.classList.add('busy'))
// Coming back with the browser's button must not offer the basket key of an order already placed.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) window.location.reload()
})
document.documentElement.classList.add('live')
refresh()
