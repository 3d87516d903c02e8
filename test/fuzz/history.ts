import type { Limits } from '../../src/ports/store.js'
import type { Asked, History, Refusal, Send, Turn } from './past.js'
import { cooldownEnd, DAY, first, freeFrom, HOUR, isForgotten } from './windows.js'

/** Begins a history: everything that ever happened. What is allowed now is worked out from the whole of it. */
export function history(): History {
  const sends: Send[] = []
  const turns = new Map<string, Turn[]>()
  const blockFailures: { readonly at: number; readonly block: string }[] = []

  function noteSend({ block, callingCodes, id, isKnown, limits, recipients }: Asked, at: number): void {
    for (const [index, recipient] of recipients.entries()) {
      const known = isKnown && hasKnownPlace(recipient, limits, at)
      const callingCode = callingCodes[index] ?? ''
      sends.push({ at, recipient, block, callingCode, id, isKnown: known, isUsed: false, isWithdrawn: false, isFreeInBlock: false })
    }
  }

  function noteTurn(recipient: string, kind: Turn['kind'], at: number): void {
    turns.set(recipient, [...turnsOf(recipient), { at, kind, isForgiven: false }])
    if (kind !== 'released') return
    for (const send of sends) if (send.recipient === recipient) send.isUsed = true
  }

  function noteBlockFailure(block: string, at: number): void {
    if (block !== '') blockFailures.push({ at, block })
  }

  /** A vendor called the last guess right. */
  function forgive(recipient: string, isKnown: boolean, limits: Limits, now: number): void {
    const last = turnsOf(recipient).findLast(({ at, isForgiven, kind }) => kind === 'failure' && !isForgiven && at > now - DAY)
    const since = turnsOf(recipient).findLastIndex(({ kind }) => kind === 'released')
    const isStanding = last !== undefined && turnsOf(recipient).indexOf(last) > since
    if (!isKnown && isStanding && row(recipient, 'failure', limits, now).length > 0) last.isForgiven = true
    noteTurn(recipient, 'cleared', now)
  }

  function forgiveBlock(block: string, now: number): void {
    const last = blockFailures.findLastIndex((one) => one.block === block && one.at > now - HOUR)
    if (last >= 0) blockFailures.splice(last, 1)
  }

  function failures(recipient: string, limits: Limits, now: number): number {
    return row(recipient, 'failure', limits, now).length + row(recipient, 'known failure', limits, now).length
  }

  /** From when on the sends of this challenge alone let another one pass. */
  function resendAt(id: string, recipient: string, limits: Limits, now: number): number {
    const own = sends.filter((send) => send.id === id && send.recipient === recipient && !send.isUsed && !send.isWithdrawn)
    return cooldownEnd(
      own.filter((send) => send.isKnown === own.at(-1)?.isKnown).map(({ at }) => at),
      limits,
      now,
    )
  }

  /** What the block has left, and when its oldest send of the hour is an hour old. */
  function blockShare(block: string, limits: Limits, now: number): { readonly sendsLeft: number; readonly resetAt: number } {
    const hour = fromBlock(block, now)
    return { sendsLeft: limits.blockSendsPerHour - hour.length, resetAt: Math.min(now, ...hour.map(({ at }) => at)) + HOUR }
  }

  /** Why this may not be sent now. */
  function refusesSend(asked: Asked, now: number): Refusal | undefined {
    for (const recipient of asked.recipients) {
      const refusal = first(againstRecipient(asked, recipient, now), now)
      if (refusal !== undefined) return refusal
    }
    return asked.block === '' ? undefined : first(againstBlock(asked, now), now)
  }

  /** Why no guess may be compared now. */
  function refusesGuess(
    { block, isKnown, limits, recipients }: Omit<Asked, 'id' | 'callingCodes'>,
    budget: number,
    now: number,
  ): Refusal | undefined {
    for (const recipient of recipients) {
      const refusal = first(isKnown ? pauses(recipient, true, limits, 0, now) : pauses(recipient, false, limits, budget, now), now)
      if (refusal !== undefined) return refusal
    }
    return block === '' || isKnown ? undefined : first([blockGuesses(block, limits, now)], now)
  }

  function againstRecipient({ block, isKnown, limits }: Asked, recipient: string, now: number): readonly Refusal[] {
    const all = delivered(recipient).map(({ at }) => at)
    const inAll: Refusal = { limit: 'recipient_day_in_all', until: freeFrom(all, limits.recipientSendsPerDayInAll, DAY, now) }
    const pausedAsKnown = isKnown ? pauses(recipient, true, limits, 0, now) : []
    if (isKnown && hasKnownPlace(recipient, limits, now)) {
      return [...pausedAsKnown, { limit: 'cooldown', until: cooldownEnd(open(recipient, true), limits, now) }, inAll]
    }
    const places = open(recipient, false)
    const here = delivered(recipient).filter((send) => !send.isUsed && !send.isKnown && send.block === block)
    const fromHere = block === '' ? [] : here.map(({ at }) => at)
    return [
      ...pausedAsKnown,
      ...pauses(recipient, false, limits, limits.recipientFailuresPerDay, now),
      { limit: 'cooldown', until: cooldownEnd(places, limits, now) },
      { limit: 'recipient_hour', until: freeFrom(places, limits.recipientSendsPerHour, HOUR, now) },
      { limit: 'recipient_day', until: freeFrom(places, limits.recipientSendsPerDay, DAY, now) },
      inAll,
      { limit: 'recipient_block', until: freeFrom(fromHere, limits.recipientSendsPerHourFromOneBlock, HOUR, now) },
    ]
  }

  function againstBlock({ block, callingCodes, isKnown, limits, recipients }: Asked, now: number): readonly Refusal[] {
    const hour = fromBlock(block, now)
    const oldestLeaves = Math.min(now, ...hour.map(({ at }) => at)) + HOUR
    const places = freeFrom(
      hour.map(({ at }) => at),
      limits.blockSendsPerHour - recipients.length + 1,
      HOUR,
      now,
    )
    const reached = new Set([...hour.map(({ recipient }) => recipient), ...recipients])
    const codes = new Set([...hour.map(({ callingCode }) => callingCode), ...callingCodes].filter((code) => code !== ''))
    return [
      ...(isKnown ? [] : [blockGuesses(block, limits, now)]),
      { limit: 'block_sends', until: recipients.length > limits.blockSendsPerHour ? now + HOUR : places },
      { limit: 'block_recipients', until: reached.size > limits.blockRecipientsPerHour ? oldestLeaves : now },
      { limit: 'block_calling_codes', until: codes.size > limits.blockCallingCodesPerHour ? oldestLeaves : now },
    ]
  }

  function blockGuesses(block: string, limits: Limits, now: number): Refusal {
    const failed = blockFailures.filter((one) => one.block === block).map(({ at }) => at)
    return { limit: 'block_failures', until: freeFrom(failed, limits.blockFailuresPerHour, HOUR, now) }
  }

  /** Refusals for failures: too many in a row, a pause, too many a day. */
  function pauses(recipient: string, isKnown: boolean, limits: Limits, budget: number, now: number): readonly Refusal[] {
    const inRow = row(recipient, isKnown ? 'known failure' : 'failure', limits, now)
    const most = isKnown ? limits.knownDeviceFailuresBeforeDisabled : limits.failuresBeforeDisabled
    const beyond = inRow.length - limits.failuresBeforePause
    const seconds = Math.min(limits.pauseSeconds * 2 ** beyond, limits.maxPauseSeconds)
    const released = turnsOf(recipient).findLastIndex(({ kind }) => kind === 'released')
    const today = turnsOf(recipient)
      .slice(released + 1)
      .filter(({ isForgiven, kind }) => kind === 'failure' && !isForgiven)
    return [
      { limit: 'disabled', until: inRow.length >= most ? now + limits.maxPauseSeconds * 1000 : now },
      { limit: 'paused', until: beyond < 0 ? now : (inRow.at(-1) ?? 0) + seconds * 1000 },
      ...(isKnown
        ? []
        : [
            {
              limit: 'recipient_failures_day',
              until: freeFrom(
                today.map(({ at }) => at),
                budget,
                DAY,
                now,
              ),
            } as const,
          ]),
    ]
  }

  /** Failures since the last success or release, none of them too long after the one before to be remembered. */
  function row(recipient: string, kind: 'failure' | 'known failure', limits: Limits, now: number): readonly number[] {
    let counted: number[] = []
    for (const turn of turnsOf(recipient)) {
      if (turn.kind === 'cleared' || turn.kind === 'released') counted = []
      if (turn.kind !== kind) continue
      counted = isForgotten(counted, turn.at, limits) ? [turn.at] : [...counted, turn.at]
    }
    return isForgotten(counted, now, limits) ? [] : counted
  }

  function hasKnownPlace(recipient: string, limits: Limits, now: number): boolean {
    return freeFrom(open(recipient, true), limits.knownDeviceSendsPerHour, HOUR, now) === now
  }

  function delivered(recipient: string): readonly Send[] {
    return sends.filter((send) => send.recipient === recipient && !send.isWithdrawn)
  }

  function open(recipient: string, isKnown: boolean): readonly number[] {
    return delivered(recipient).flatMap((send) => (send.isUsed || send.isKnown !== isKnown ? [] : [send.at]))
  }

  function fromBlock(block: string, now: number): readonly Send[] {
    return sends.filter((send) => send.block === block && !send.isFreeInBlock && send.at > now - HOUR)
  }

  function turnsOf(recipient: string): readonly Turn[] {
    return turns.get(recipient) ?? []
  }

  return { sends, noteSend, noteTurn, noteBlockFailure, forgive, forgiveBlock, failures, resendAt, blockShare, refusesSend, refusesGuess }
}
