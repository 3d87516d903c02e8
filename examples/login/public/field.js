/** The element with this id. */
export const byId = (id) => document.getElementById(id)

/** Says what is wrong next to a field and to screen readers, and takes it back with `''`. */
export function say(field, words) {
  byId(`${field.id}-error`).textContent = words
  if (words === '') field.removeAttribute('aria-invalid')
  else field.setAttribute('aria-invalid', 'true')
}

/** Runs `task` with the buttons off, so that nothing is sent twice. They are on again when it is done. */
export async function once(pressed, buttons, task) {
  for (const button of buttons) button.disabled = true
  pressed.setAttribute('aria-busy', 'true')
  try {
    await task()
  } finally {
    pressed.removeAttribute('aria-busy')
    for (const button of buttons) button.disabled = false
  }
}

/** Shows one section of the page and hides the others. */
export function showOnly(id) {
  for (const section of document.querySelectorAll('main section')) section.hidden = section.id !== id
}
