import { OtpStrategy, type VerifyUser, type VerifyUserWithRequest } from 'express-otp/passport'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { otpFor, PROOF, runStrategy, type Told } from '../helpers/run-strategy.js'

const USER = { id: 'ann' }
const otp = otpFor()
const none: Told = ['fail', { message: 'The code is wrong.', reason: 'invalid_code', attemptsLeft: 3, retryAfter: undefined }, 401]

/** All that Passport is told, long after the callback has said everything it has to say. */
async function told(verifyUser: VerifyUser): Promise<readonly Told[]> {
  const { told } = runStrategy(new OtpStrategy(otp, verifyUser))
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
  return told
}

describe('the verify callback', () => {
  describe('that answers by value', () => {
    it('names the user', async () => expect(await told(() => USER)).toEqual([['success', USER, undefined]]))
    it('names the user by a promise', async () => expect(await told(async () => USER)).toEqual([['success', USER, undefined]]))
    it('names the user by any thenable', async () => {
      // biome-ignore lint/suspicious/noThenProperty: a query builder has one
      const query = { then: (resolve: (user: object) => void) => resolve(USER) }
      expect(await told(() => query)).toEqual([['success', USER, undefined]])
    })
    it.each([false, null, undefined, 0, ''])('knows nobody by %j', async (nobody) => {
      expect(await told(() => nobody)).toEqual([none])
      expect(await told(async () => nobody)).toEqual([none])
      expect(await told(({ to: _to }) => nobody)).toEqual([none])
    })
    it('fails by a throw or a rejection', async () => {
      const err = new Error('the directory is away')
      const throwing = (): never => {
        throw err
      }
      expect(await told(throwing)).toEqual([['error', err]])
      expect(await told(async () => throwing())).toEqual([['error', err]])
    })
  })

  describe('that takes done', () => {
    it('names the user at once or later, with info', async () => {
      expect(await told((_verified, done) => done(null, USER, { message: 'Hello' }))).toEqual([['success', USER, { message: 'Hello' }]])
      expect(await told((_verified, done) => setImmediate(done, null, USER))).toEqual([['success', USER, undefined]])
    })
    it('knows nobody, with info of its own or without', async () => {
      expect(await told((_verified, done) => done(null, false))).toEqual([none])
      expect(await told((_verified, done) => done(null, false, { message: 'Blocked.' }))).toEqual([['fail', { message: 'Blocked.' }, 401]])
    })
    it('fails by done, by a throw and by a rejection', async () => {
      const err = new Error('the directory is away')
      expect(await told((_verified, done) => done(err))).toEqual([['error', err]])
      expect(await told((_verified, done) => done(err, USER))).toEqual([['error', err]])
      expect(
        await told((_verified, _done) => {
          throw err
        }),
      ).toEqual([['error', err]])
      expect(await told(async (_verified, _done) => Promise.reject(err))).toEqual([['error', err]])
    })
    it('T47 returns no user: a query or a timer that it returns logs nobody in', async () => {
      const query = (_verified: unknown, done: (err: unknown, user?: unknown) => void): object => setImmediate(done, null, false)
      expect(await told(query)).toEqual([none])
      expect(await told(async (verified, done) => query(verified, done))).toEqual([none])
    })
    it('T47 answers once: what comes later changes nothing', async () => {
      const late = new Error('late')
      const answersOfAll: VerifyUser[] = [
        async (_verified, done) => {
          done(null, USER)
          return { id: 'bob' }
        },
        (_verified, done) => {
          done(null, USER)
          done(late)
          done(null, { id: 'bob' })
          setImmediate(done, null, false)
        },
        (_verified, done) => {
          done(null, USER)
          throw late
        },
        async (_verified, done) => {
          done(null, USER)
          throw late
        },
      ]
      for (const verifyUser of answersOfAll) expect(await told(verifyUser)).toEqual([['success', USER, undefined]])
    })
  })

  it('T48 logs nobody in when it has said nothing for 10 s, whatever it says then', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    let say: Parameters<VerifyUser>[1] | undefined
    const { told } = runStrategy(
      new OtpStrategy(otp, (_verified, done) => {
        say = done
      }),
    )
    await vi.advanceTimersByTimeAsync(9999)
    expect(told).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(told).toEqual([['error', expect.objectContaining({ code: 'ERR_OTP_STORE', status: 503 })]])
    say?.(null, USER)
    await vi.advanceTimersByTimeAsync(1)
    expect(told).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no timer behind when it answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    await told(() => USER)
    expect(vi.getTimerCount()).toBe(0)
  })

  describe('with passReqToCallback', () => {
    it('is told the request first', async () => {
      const verifyUser = vi.fn<VerifyUserWithRequest>(() => USER)
      const { req } = runStrategy(new OtpStrategy(otp, { passReqToCallback: true }, verifyUser))
      await vi.waitFor(() => expect(verifyUser).toHaveBeenCalledWith(req, PROOF, expect.any(Function)))
    })
    it('answers by value where it takes two arguments, by done where it takes three', async () => {
      const byValue = runStrategy(new OtpStrategy(otp, { passReqToCallback: true }, (_req, _verified) => undefined))
      const byDone = runStrategy(
        new OtpStrategy(otp, { passReqToCallback: true }, (_req, _verified, done) => setImmediate(done, null, USER)),
      )
      await vi.waitFor(() => expect(byDone.told).toEqual([['success', USER, undefined]]))
      expect(byValue.told).toEqual([none])
    })
  })
})
