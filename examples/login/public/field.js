/** The element with this id. */
export const byId = (id) => document.getElementById(id)

/** Says what is wrong next to a field and to screen readers, and takes it back with `''`. */
export function say(field, words) {
  byId(`${field.id}-error`).textContent = words
  if (words === '') field.removeAttribute('aria-invalid')
  else field.setAttribute('aria-invalid', 'true')
}

/** Shows that what a button asked for is under way. */
export function mark(button, isBusy) {
  if (isBusy) button.setAttribute('aria-busy', 'true')
  else button.removeAttribute('aria-busy')
}

/** Shows one section of the page and hides the others. */
export function showOnly(id) {
  for (const section of document.querySelectorAll('main section')) section.hidden = section.id !== id
}
