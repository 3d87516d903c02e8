/** What stands in the shadow root of the element. */
export interface Parts {
  readonly label: HTMLLabelElement
  readonly slot: HTMLSlotElement
  readonly field: HTMLInputElement
  readonly hint: HTMLElement
  readonly error: HTMLElement
  readonly status: HTMLElement
}

const STYLE = `:host{display:block}
:host([hidden]),label:empty,#hint:empty{display:none}
label{display:block}
input{box-sizing:border-box;inline-size:100%;padding:.4em;border:1px solid var(--one-time-code-line,GrayText);border-radius:var(--one-time-code-radius,.4em);font:var(--one-time-code-size,1.5em) ui-monospace,monospace;letter-spacing:var(--one-time-code-gap,.3em);text-align:center}
input:focus-visible{outline:3px solid var(--one-time-code-accent,Highlight)}
[aria-invalid]{border-color:var(--one-time-code-bad,#b3261e)}
p{margin:0}
#error{color:var(--one-time-code-bad,#b3261e)}
#status{display:block;position:absolute;overflow:hidden;inline-size:1px;block-size:1px;clip-path:inset(50%)}
@media(prefers-reduced-motion:no-preference){input{transition:border-color .15s}}`

/** Fills a shadow root, without markup or inline styles: neither is allowed under a strict content security policy. */
export function makeParts(root: ShadowRoot): Parts {
  function make<Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    attributes: object,
    ...children: Node[]
  ): HTMLElementTagNameMap[Name] {
    const made = document.createElement(name)
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
    made.append(...children)
    return made
  }
  const live = { role: 'status', 'aria-live': 'polite' }
  const label = make('label', { part: 'label', for: 'input' })
  const field = make('input', { part: 'input', id: 'input', type: 'text', 'aria-describedby': 'error hint' })
  const slot = make('slot', { name: 'input' }, field)
  const hint = make('p', { part: 'hint', id: 'hint' })
  const error = make('p', { part: 'error', id: 'error', ...live })
  const status = make('p', { part: 'status', id: 'status', ...live })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(STYLE)
  root.adoptedStyleSheets = [sheet]
  root.append(label, slot, error, hint, make('slot', {}), status)
  return { label, slot, field, hint, error, status }
}
