import type { Otp } from '../core/otp.js'
import { checkOptions, optionError, record, required, text } from '../options.js'

/** Where a browser is sent that posts a form. */
export interface FormTargets {
  /** The page with the forms. */
  readonly page: string
  /** Where to go after a right code. */
  readonly done: string
}

/** Pages for browsers that post forms. */
export interface FormPages {
  /** Page with the forms: shown again after a send, and with `?otp=<reason>` after a refusal; `otpPage` tells it the rest. */
  readonly page: string
  /** Where to go after a right code, unless a guard remembered a page of this site. @default '/' */
  readonly done?: string | undefined
  /** Pages of their own for some intents. @default the same for every intent */
  readonly intents?: Readonly<Record<string, Partial<FormTargets>>> | undefined
}

const PAGE = text(1, 200, /^\/(?!\/)[\w./?=&%-]*$/, 'a path of this site, e.g. "/login"')

/** Checks and completes the option `forms`: the targets of each intent. */
export function completeForms(otp: Otp, forms: FormPages): (intent: string) => FormTargets {
  checkOptions('sessionRouter forms', forms, { page: required(PAGE), done: PAGE, intents: record })
  const { page, done = '/', intents = {} } = forms
  for (const [name, own] of Object.entries(intents)) {
    if (!otp.intents.has(name)) {
      throw optionError('sessionRouter forms', `option "intents" names ${JSON.stringify(name)}, which createOtp does not know`)
    }
    checkOptions(`sessionRouter forms of "${name}"`, own, { page: PAGE, done: PAGE })
  }
  const own = new Map(Object.entries(intents))
  return (intent) => ({ page: own.get(intent)?.page ?? page, done: own.get(intent)?.done ?? done })
}
