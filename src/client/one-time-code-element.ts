import type { Alphabet } from '../core/alphabet.js'

/**
 * `<one-time-code>`: one field for a code. Attributes: `length` and `alphabet`, else it reads them from `src` (the router's path, default `/otp`) for `intent`
 * (default `login`); `label`, `hint` and `error` are words to show; `autosubmit` submits the form once a code is complete; `name`, `required` and `disabled` are
 * those of any field. An `<input slot="input">` inside takes the place of its own field.
 *
 * Fires `complete` (`event.detail.code`) once for each code that is whole; `preventDefault` there keeps `autosubmit` back.
 */
export interface OneTimeCodeElement extends HTMLElement {
  /** The code as far as it was typed, in the server's spelling. Setting `''` waits for another one. */
  value: string
  /** What was wrong, told to screen readers too; `''` again with the next key. */
  error: string
  /** Characters of a code; 0 while that is not known. Setting it, like `alphabet`, sets the attribute. */
  length: number
  alphabet: Alphabet
  readonly form: HTMLFormElement | null
  readonly validity: ValidityState
  checkValidity(): boolean
  reportValidity(): boolean
  /** Selects what was typed. */
  select(): void
  /** Says something to screen readers, when they are free. */
  announce(words: string): void
}

declare global {
  interface HTMLElementTagNameMap {
    'one-time-code': OneTimeCodeElement
  }
}
