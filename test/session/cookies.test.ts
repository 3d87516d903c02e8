import type { RequestHandler } from 'express'
import { describe, expect, it } from 'vitest'
import { openDoor, PLACES } from '../helpers/door-app.js'
import { ANN, BOB } from '../security/scenes.js'

function setsCookies(lines: string | string[]): RequestHandler {
  return (_req, res, next) => {
    res.setHeader('set-cookie', lines)
    next()
  }
}

describe.each(PLACES)('%s', (place) => {
  it('T49 no cookie reaches another browser, also where the application sets one list of cookies for all', async () => {
    const theme = ['theme=dark', 'seen=1']
    const { browser, sms } = await openDoor({
      place,
      before: (app) => void app.use(setsCookies(theme)),
      router: { login: () => undefined },
    })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const own = (await ann.post('/otp/verify', { code: sms.code() })).headers.getSetCookie().slice(2)
    expect(own).toContainEqual(expect.stringMatching(/^otp\.device=/))
    expect(theme).toEqual(['theme=dark', 'seen=1'])
    const others = (await browser().post('/otp/send', { to: BOB })).headers.getSetCookie()
    expect(others.slice(0, 2)).toEqual(theme)
    expect(others.filter((line) => own.includes(line))).toEqual([])
  })

  it('a cookie joins the one that the application has set', async () => {
    const { browser } = await openDoor({ place, before: (app) => void app.use(setsCookies('a=b')) })
    const lines = (await browser().post('/otp/send', { to: ANN })).headers.getSetCookie()
    expect([lines[0], lines.length > 1]).toEqual(['a=b', true])
  })
})
