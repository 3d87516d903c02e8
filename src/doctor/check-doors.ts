import { type Finding, finding, type Subject } from './subject.js'

/** What people call the code after a password. */
const SECOND = /^second|^two|[2mt]fa/

/** What Express, express-session and the router make of a browser's request. */
export function checkDoors(subject: Subject): readonly Finding[] {
  const { app, cookie, platform, production, router, session, sessionStore } = subject
  const unset = app?.trustProxy === undefined || app.trustProxy === false || app.trustProxy === 0
  const ofApp = [
    finding('trust-proxy', app?.trustProxy === true && 'true: every client names its own'),
    finding('proxy-unset', platform !== undefined && production && unset && `${platform} tells of a proxy`),
    finding('session-missing', app?.hasSession === false && 'none in the app'),
  ]
  return [
    ...(app === undefined ? [] : ofApp),
    ...checkLogin(subject),
    finding('address-limits', router.addressLimits === false && 'off'),
    finding('session-resave', session !== undefined && session.resave !== false && 'older copies overwrite newer ones'),
    ...(sessionStore === undefined ? [] : [finding('session-store', sessionStore === 'MemoryStore' && 'MemoryStore')]),
    ...(cookie === undefined ? [] : checkCookie(cookie)),
  ]
}

/** A code that logs in by itself, where codes come after a password: somebody signed in already, or nobody needs the password (T18). */
function checkLogin({ intents, router }: Subject): readonly Finding[] {
  const { loginIntent = 'login' } = router
  const logsIn = ['login', 'loginIntent', 'passport'].some((option) => router[option] !== undefined)
  const login = intents.find(({ name }) => logsIn && name === loginIntent)
  if (login === undefined) return []
  const isMeant = login.stepUp || SECOND.test(login.name) || intents.some(({ secondFactor }) => secondFactor)
  return [finding('second-factor', isMeant && !login.secondFactor && `${login.name} logs in without secondFactor`)]
}

function checkCookie({ httpOnly, sameSite, secure }: NonNullable<Subject['cookie']>): readonly Finding[] {
  return [
    finding('cookie-secure', secure !== true && secure !== 'auto' && `secure: ${secure}`),
    finding('cookie-http-only', httpOnly === false && 'httpOnly: false'),
    finding('cookie-same-site', sameSite !== true && !['lax', 'strict'].includes(String(sameSite)) && `sameSite: ${sameSite}`),
  ]
}
