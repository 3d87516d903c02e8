export { type RequireOtpOptions, requireOtp } from './require-otp.js'
export { type DoorReason, PROBLEMS } from './respond.js'
export type { FormPages, PassportLike, SessionRouterOptions } from './router-options.js'
export { sessionRouter } from './session-router.js'
