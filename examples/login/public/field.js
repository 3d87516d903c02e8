const byId = (id) => document.getElementById(id)

/** Says what is wrong next to a field and to screen readers, and takes it back with `''`. */
export function say(field, words) {
  byId(`${field.id}-error`).textContent = words
  if (words === '') field.removeAttribute('aria-invalid')
  else field.setAttribute('aria-invalid', 'true')
}

/** Runs `task` with the buttons off, so that nothing is sent twice; further calls meanwhile do nothing. */
export async function once(button, others, task) {
  if (button.disabled) return
  for (const each of [button, ...others]) each.disabled = true
  button.setAttribute('aria-busy', 'true')
  try {
    await task()
  } finally {
    button.removeAttribute('aria-busy')
    for (const each of [button, ...others]) each.disabled = false
  }
}

/** Shows one section of the page and hides the others. */
export function showOnly(id) {
  for (const section of document.querySelectorAll('main section')) section.hidden = section.id !== id
}

export { byId }
