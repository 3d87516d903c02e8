export type { CodeConfig, CodeProblem } from './ask.js'
export { defineOneTimeCode, type OneTimeCodeElement } from './element.js'
export { type OneTimeCode, type OneTimeCodeOptions, oneTimeCode, type SendFields } from './one-time-code.js'
export type { CodeResult, CodeState } from './state.js'
