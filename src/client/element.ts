import type { Alphabet } from '../core/alphabet.js'
import { ask, type CodeConfig } from './ask.js'
import type { OneTimeCodeElement } from './one-time-code-element.js'
import { makeParts, type Parts } from './parts.js'
import { readsCapitals, readTyped } from './read-typed.js'
import { listenForSms } from './web-otp.js'

/** Makes the element known to the page, once; does nothing on a server. From `express-otp/client`. */
export function defineOneTimeCode(name = 'one-time-code'): void {
  if ('customElements' in globalThis && !customElements.get(name)) customElements.define(name, elementClass())
}

/** Made late: a server has no `HTMLElement` to extend. */
function elementClass(): new () => OneTimeCodeElement {
  return class extends HTMLElement implements OneTimeCodeElement {
    static readonly formAssociated = true
    static readonly observedAttributes = ['length', 'alphabet', 'src', 'intent', 'label', 'hint', 'error', 'required']

    readonly #internals: ElementInternals = this.attachInternals()
    readonly #parts: Parts = makeParts(this.attachShadow({ mode: 'open', delegatesFocus: true }))
    #field: HTMLInputElement = this.#parts.field
    #config: CodeConfig | undefined
    /** The last code that was told of: nobody hears of it twice. */
    #told = ''
    #sms = new AbortController()
    #form: HTMLFormElement | null = null
    readonly #stop = (): void => this.#sms.abort()

    constructor() {
      super()
      const { slot } = this.#parts
      slot.addEventListener('slotchange', () => {
        const own = slot.assignedElements().find((one) => one instanceof HTMLInputElement)
        this.#field = own ?? this.#parts.field
        // A sentence with the code in it is longer than the code.
        own?.removeAttribute('maxlength')
        this.#update()
      })
      this.addEventListener('input', (event) => {
        // An input method is still at work on the text.
        if (!(event instanceof InputEvent && event.isComposing)) this.#read()
      })
      this.addEventListener('compositionend', () => this.#read())
      this.addEventListener('paste', (event) => {
        const code = readTyped(event.clipboardData?.getData('text') ?? '', this.length, this.alphabet)
        // A whole code replaces whatever was there.
        if (code.length !== this.length) return
        event.preventDefault()
        this.#fill(code)
      })
      this.addEventListener('keydown', (event) => {
        // A field in a shadow root belongs to no form that Enter would submit.
        if (event.key === 'Enter' && this.#isOwn && !event.isComposing) this.#submit()
      })
    }

    get value(): string {
      return this.#field.value
    }
    set value(text: string) {
      this.#field.value = readTyped(text, this.length, this.alphabet)
      if (this.value === '') {
        this.#told = ''
        this.#listen()
      }
      this.#report()
    }
    get error(): string {
      return this.getAttribute('error') ?? ''
    }
    set error(words: string) {
      this.#reflect('error', words)
    }
    get length(): number {
      return Number(this.getAttribute('length')) || this.#config?.codeLength || 0
    }
    set length(count: number) {
      this.#reflect('length', count)
    }
    get alphabet(): Alphabet {
      // An attribute may say anything; what is no alphabet is read as the widest one.
      return (this.getAttribute('alphabet') as Alphabet | null) ?? this.#config?.alphabet ?? 'digits'
    }
    set alphabet(alphabet: Alphabet) {
      this.#reflect('alphabet', alphabet)
    }
    get form(): HTMLFormElement | null {
      return this.#internals.form
    }
    get validity(): ValidityState {
      return this.#internals.validity
    }
    checkValidity(): boolean {
      return this.#internals.checkValidity()
    }
    reportValidity(): boolean {
      return this.#internals.reportValidity()
    }
    override focus(options?: FocusOptions): void {
      this.#field.focus(options)
    }
    select(): void {
      this.#field.select()
    }
    announce(words: string): void {
      this.#parts.status.textContent = words
    }

    connectedCallback(): void {
      this.#update()
      this.#listen()
      void this.#load()
    }
    disconnectedCallback(): void {
      this.#stop()
    }
    attributeChangedCallback(name: string): void {
      if (name === 'src' || name === 'intent') void this.#load()
      if (name === 'error' && this.error) this.#listen()
      this.#update()
    }
    formAssociatedCallback(form: HTMLFormElement | null): void {
      this.#form?.removeEventListener('submit', this.#stop)
      this.#form = form
      form?.addEventListener('submit', this.#stop)
    }
    formDisabledCallback(isDisabled: boolean): void {
      this.#field.disabled = isDisabled
      this.#report()
    }
    formResetCallback(): void {
      this.value = ''
      this.error = ''
    }
    formStateRestoreCallback(state: string): void {
      this.value = state
    }

    /** Frameworks set what is a property as one, and take it back with `undefined`. */
    #reflect(name: string, value: string | number | undefined): void {
      if (value) this.setAttribute(name, String(value))
      else this.removeAttribute(name)
    }

    get #isOwn(): boolean {
      return this.#field === this.#parts.field
    }

    async #load(): Promise<void> {
      if (!this.isConnected || this.hasAttribute('length')) return
      const intent = this.getAttribute('intent') ?? 'login'
      const answer = await ask((url, init) => fetch(url, init), `${this.getAttribute('src') ?? '/otp'}/config`)
      this.#config = answer.intents?.[intent] ?? this.#config
      this.#update()
      // Typed before it was known what a whole code is.
      if (this.value) this.#read()
    }

    #update(): void {
      const { alphabet, error, length } = this
      const { label, hint, error: said } = this.#parts
      const field = this.#field
      label.textContent = this.getAttribute('label')
      hint.textContent = this.getAttribute('hint')
      if (said.textContent !== error) {
        said.textContent = error
        // A page may also mark its own field itself.
        field.ariaInvalid = error ? 'true' : null
      }
      if (this.#isOwn) {
        field.required = this.hasAttribute('required')
        field.ariaLabel = label.textContent
          ? null
          : Array.from(this.#internals.labels, (one) => one.textContent).join(' ') || this.ariaLabel
      }
      field.autocomplete = 'one-time-code'
      field.inputMode = alphabet === 'digits' ? 'numeric' : 'text'
      field.autocapitalize = readsCapitals(alphabet) ? 'characters' : 'none'
      field.spellcheck = false
      // A code is read from left to right in every language.
      field.dir = 'ltr'
      field.pattern = length > 0 ? `.{${length}}` : '.*'
      this.#report()
    }

    /** What the form sees. A field of the page's own speaks for itself. */
    #report(): void {
      const field = this.#field
      const isSeen = this.#isOwn && field.willValidate
      this.#internals.setFormValue(this.#isOwn ? field.value : null)
      this.#internals.setValidity(isSeen ? field.validity : {}, isSeen ? field.validationMessage : '', isSeen ? field : undefined)
    }

    #read(): void {
      const field = this.#field
      const { alphabet, length } = this
      const typed = field.value
      const code = readTyped(typed, length, alphabet)
      if (code !== typed) {
        const caret = readTyped(typed.slice(0, field.selectionStart ?? typed.length), length, alphabet).length
        field.value = code
        field.setSelectionRange(caret, caret)
      }
      this.error = ''
      this.#report()
      if (code.length !== length || code === this.#told) return
      this.#told = code
      const event = new CustomEvent('complete', { bubbles: true, cancelable: true, detail: { code } })
      if (this.dispatchEvent(event) && this.hasAttribute('autosubmit')) this.#submit()
    }

    #fill(code: string): void {
      this.#field.value = code
      this.#field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }))
    }

    /** As Enter does in any field: by the form's own button, and not at all where that is off. */
    #submit(): void {
      const button = this.form?.querySelector<HTMLButtonElement>('[type=submit],button:not([type])')
      if (!button?.disabled) this.form?.requestSubmit(button)
    }

    #listen(): void {
      this.#stop()
      this.#sms = new AbortController()
      if (this.isConnected) listenForSms((code) => this.#fill(code), this.#sms.signal)
    }
  }
}
