export { type OtpFailure, OtpStrategy, type OtpStrategyOptions, type VerifyUser } from './strategy.js'
