// The operator's page: what this copy of the app sees of its one-time codes, live.
import { createHash, timingSafeEqual } from 'node:crypto'
import { BlockList } from 'node:net'
import { Router } from 'express'
import { createCounts } from './operator-counts.js'
import { page, problem } from './web.js'

const MAX_VIEWERS = 20
const TICK_MS = 1000
const SILENT_TICKS = 15

/** Routes of the page. `password` opens it to whoever knows it, under any user name; without one it answers to this machine only. */
export function operator(otp, { password }) {
  // It can be tried as often as one likes: its length is all that stops that.
  if (password !== undefined && password.length < 16) throw new Error('OPERATOR_PASSWORD needs at least 16 characters')
  const router = Router()
  router.use(password === undefined ? onlyThisMachine : onlyWith(password))
  router.get('/', page('operator'))
  router.get('/events', eventsOf(createCounts(otp)))
  return router
}

/** Server-sent events: the whole picture whenever it has changed, at most once a second. A viewer who is slow misses some, and none piles up. */
function eventsOf(snapshot) {
  const viewers = new Map()
  let timer

  function tick() {
    const picture = JSON.stringify(snapshot())
    for (const [res, viewer] of viewers) {
      if (res.writableNeedDrain) continue
      viewer.silent += 1
      if (viewer.shown !== picture) res.write(`data: ${picture}\n\n`)
      // Without a word for long, proxies hang up.
      else if (viewer.silent >= SILENT_TICKS) res.write(':\n\n')
      else continue
      Object.assign(viewer, { shown: picture, silent: 0 })
    }
  }

  return function operatorEvents(_req, res) {
    if (viewers.size >= MAX_VIEWERS) return problem(res, 503, 'too_many_viewers')
    res.set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' })
    res.flushHeaders()
    viewers.set(res, { shown: '', silent: 0 })
    timer ??= setInterval(tick, TICK_MS)
    res.on('close', () => {
      viewers.delete(res)
      if (viewers.size > 0) return
      clearInterval(timer)
      timer = undefined
    })
    tick()
  }
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

/**
 * The address of the connection alone does not tell who asks: a proxy on this machine passes on for the whole world, and any web page can have a name of its own
 * lead to this machine.
 */
function onlyThisMachine(req, res, next) {
  const { remoteAddress = '', remoteFamily = '' } = req.socket
  const isNear = loopback.check(remoteAddress, remoteFamily.toLowerCase() === 'ipv6' ? 'ipv6' : 'ipv4')
  const isPassedOn = ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'].some((name) => name in req.headers)
  const isNamed = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(req.headers.host ?? '')
  if (isNear && isNamed && !isPassedOn) return next()
  problem(res, 403, 'forbidden')
}

/** HTTP basic authentication. */
function onlyWith(password) {
  const wanted = digest(password)
  return function onlyOperator(req, res, next) {
    const [, credentials = ''] = /^basic ([\w+/]+=*)$/i.exec(req.headers.authorization ?? '') ?? []
    const [, given = ''] = /^[^:]*:(.*)$/s.exec(Buffer.from(credentials, 'base64').toString()) ?? []
    if (timingSafeEqual(digest(given), wanted)) return next()
    res.set('WWW-Authenticate', 'Basic realm="operator", charset="UTF-8"')
    problem(res, 401, 'unauthenticated')
  }
}

const digest = (text) => createHash('sha256').update(text).digest()
