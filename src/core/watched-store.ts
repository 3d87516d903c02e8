import { OtpError } from '../errors.js'
import type { Emit } from '../ports/events.js'
import type { Store } from '../ports/store.js'
import type { Probe } from './telemetry.js'

/** Tells listeners of `unavailable`, once for each error, however many hands it goes through. */
export type ReportOutage = (during: string, err: OtpError) => void

/** Makes a {@link ReportOutage}. */
export function outageReporter(emit: Emit): ReportOutage {
  const told = new WeakSet<OtpError>()
  return (during, err) => {
    if (told.has(err)) return
    told.add(err)
    emit('unavailable', { during, code: err.code, cause: err.cause })
  }
}

/** The same store, whose failures are told. What is not yet an `OtpError` becomes `ERR_OTP_STORE`, so that every door fails closed with 503 (D7). */
export function watchedStore(store: Store, report: ReportOutage, probe?: Pick<Probe, 'store'>): Store {
  function watch<Request, Decision>(
    during: string,
    verb: (request: Request) => Promise<Decision>,
  ): (request: Request) => Promise<Decision> {
    const ask = probe === undefined ? verb : (request: Request): Promise<Decision> => probe.store(during, () => verb(request))
    return async (request) => {
      try {
        return await ask(request)
      } catch (cause) {
        const err =
          cause instanceof OtpError ? cause : new OtpError('ERR_OTP_STORE', `The store failed: ${during}.`, { status: 503, cause })
        report(during, err)
        throw err
      }
    }
  }
  return {
    issue: watch('issue', (request) => store.issue(request)),
    renew: watch('renew', (request) => store.renew(request)),
    verify: watch('verify', (request) => store.verify(request)),
    confirm: watch('confirm', (request) => store.confirm(request)),
    attach: watch('attach', (request) => store.attach(request)),
    find: watch('find', (request) => store.find(request)),
    withdraw: watch('withdraw', (request) => store.withdraw(request)),
    cancel: watch('cancel', (request) => store.cancel(request)),
    redeem: watch('redeem', (request) => store.redeem(request)),
    release: watch('release', (request) => store.release(request)),
    label: watch('label', (request) => store.label(request)),
    note: watch('note', (request) => store.note(request)),
    claim: watch('claim', (request) => store.claim(request)),
    keep: watch('keep', (request) => store.keep(request)),
    look: watch('look', (request) => store.look(request)),
    drop: watch('drop', (request) => store.drop(request)),
    charge: watch('charge', (request) => store.charge(request)),
    close: () => store.close(),
  }
}
