export { type DoorReason, PROBLEMS } from '../core/problem.js'
export type { ApiKeyOptions, Right } from '../core/service/api-key.js'
export type { ApiAnswer, ApiRequest, Dialect, Trouble } from '../core/service/dialect.js'
export { type ApiRouterOptions, apiRouter } from './api-router.js'
export type { FormPages, FormTargets } from './form-pages.js'
export { type OtpPage, otpPage, type PageProblem } from './otp-page.js'
export { type ReceiptRouterOptions, receiptRouter } from './receipt-router.js'
export { type RequireOtpOptions, requireOtp } from './require-otp.js'
export {
  type ChallengeHuman,
  HUMAN_CHECK_LIMITS,
  type HumanQuestion,
  type PassportLike,
  type SessionRouterOptions,
} from './router-options.js'
export { amrOf, beginSecondFactor, isRemembered, type RememberedOptions, type SecondFactorOptions } from './second-factor.js'
export { sessionRouter } from './session-router.js'
