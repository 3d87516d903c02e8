/** The element with this id. */
export const byId = (id) => document.getElementById(id)

// The pages check what is typed themselves, in words of their own.
for (const form of document.forms) form.noValidate = true

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
