/** A budget of paid messages that can refuse one: of messages that nobody proved, of all messages, or of money. */
export type GuardLimitName =
  | 'pumping_country'
  | 'pumping_block'
  | 'paid_hour'
  | 'spend_hour'
  | 'spend_day'
  | 'spend_country_hour'
  | 'spend_country_day'
  | 'spend_tenant_hour'
  | 'spend_tenant_day'

/** How full a budget is. Money is told as decimal strings with six places, in the one currency of the application. */
export type GuardFigure = {
  readonly limit: GuardLimitName
  /** From the first message that a window counts until it begins anew. */
  readonly windowSeconds: number
} & (
  | {
      readonly unit: 'messages'
      /** What stands in the window, this message included where it goes out. */
      readonly used: number
      /** The most that may stand there. */
      readonly most: number
    }
  | { readonly unit: 'money'; readonly used: string; readonly most: string }
)
