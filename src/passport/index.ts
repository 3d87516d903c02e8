export type { OtpFailure } from './failure.js'
export type { VerifyDone, VerifyUser, VerifyUserWithRequest } from './find-user.js'
export { OtpStrategy } from './strategy.js'
export type { OtpStrategyOptions } from './strategy-options.js'
