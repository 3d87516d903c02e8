import { isPrice, type PriceTable, writeAmount } from '../core/price.js'
import { OtpError } from '../errors.js'
import { type Check, checkOptions, optionError, record } from '../options.js'
import type { Balance } from '../ports/balance.js'
import { CHANNEL_NAMES } from '../ports/message.js'
import { within } from '../util/within.js'

/** Seconds that an application has to answer for its balances. */
const BALANCE_SECONDS = 10

/**
 * Your own keeping of balances. Amounts are decimal strings with six places. Each has 10 seconds; a `spend` that throws or is late refuses the send (503), and whoever took
 * the amount after that keeps it. The `tenant` of a key for tests is not the one that it was configured with.
 */
export interface BalanceHooks {
  /** Takes the amount, all or nothing; false where there is not enough. Called once for each send that costs anything, before its message goes out. */
  spend(request: { readonly tenant: string; readonly amount: string }): boolean | Promise<boolean>
  /** Gives back what a message cost that certainly did not go out. */
  giveBack(request: { readonly tenant: string; readonly amount: string }): void | Promise<void>
}

const PRICES: Check = {
  allowed: 'an object of decimal strings below 1000000 with at most six places, by calling code without "+" or "default"',
  accepts: (value) =>
    record.accepts(value) && Object.entries(Object(value)).every(([code, price]) => /^(\d{1,3}|default)$/.test(code) && isPrice(price)),
}

/** Refuses prices that are no amounts, and a balance that nothing is taken from. */
export function checkPrices({ balance, prices }: { readonly balance?: unknown; readonly prices?: PriceTable | undefined }): void {
  if (balance !== undefined && prices === undefined)
    throw optionError('createOtp', 'option "balance" needs "prices": nothing costs anything')
  checkOptions('createOtp prices', prices ?? {}, Object.fromEntries(CHANNEL_NAMES.map((name) => [name, PRICES])))
}

/** The same functions, for amounts in millionths. A hook that fails is a store that fails: nothing is sent (D7). */
export function askedBalance(hooks: BalanceHooks): Balance {
  const away = (cause: unknown): OtpError => new OtpError('ERR_OTP_STORE', 'The option "balance" failed.', { status: 503, cause })
  const late = (): OtpError =>
    new OtpError('ERR_OTP_STORE', `The option "balance" did not answer within ${BALANCE_SECONDS} s.`, { status: 503 })
  const inTime = <T>(answer: T | Promise<T>): Promise<T> => within(BALANCE_SECONDS, Promise.resolve(answer), late)
  return {
    async spend(tenant, amount) {
      try {
        return (await inTime(hooks.spend({ tenant, amount: writeAmount(amount) }))) === true
      } catch (cause) {
        throw away(cause)
      }
    },
    async giveBack(tenant, amount) {
      await inTime(hooks.giveBack({ tenant, amount: writeAmount(amount) }))
    },
  }
}
