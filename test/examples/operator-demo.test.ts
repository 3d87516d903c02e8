import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { httpClient } from './http-client.js'
import { startLogin, wrong } from './login-app.js'
import { type OperatorPicture, serveOperator, watchOperator } from './operator-app.js'

const ann = '+12068800123'
const password = 'a password for the operator'
const basic = (given: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(given).toString('base64')}` })

const within = { timeout: 10_000 }
const totals = (picture: OperatorPicture | undefined): Readonly<Record<string, number>> =>
  Object.fromEntries(picture?.counts.filter(({ total }) => total > 0).map(({ name, total }) => [name, total]) ?? [])

/** The status of a page, asked for with headers that `fetch` does not let anybody choose. */
async function statusOf(url: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return await new Promise((resolve, reject) => {
    request(url, { headers }, (res) => {
      res.resume()
      resolve(res.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

describe("the operator's events", () => {
  it('count what happened, by minute, by rule and by country', async () => {
    const { url } = await serveOperator()
    const operator = await watchOperator(url)
    const client = httpClient(url)
    await client.post('/otp/send', { to: ann })
    await httpClient(url).post('/otp/send', { to: ann })
    const [{ code } = { code: '' }] = JSON.parse((await client.get('/inbox.json')).text)
    await client.post('/otp/verify', { code: wrong(code) })
    await client.post('/otp/verify', { code })
    await client.post('/otp/verify', { code })
    await expect.poll(() => totals(operator.newest()), within).toEqual({ issued: 1, sent: 1, refused: 1, wrong: 1, verified: 1 })
    const picture = operator.newest()
    expect(picture?.counts.map(({ plot }) => plot.length)).toEqual(Array.from({ length: 8 }, () => 60))
    expect(picture?.counts[0]?.plot.reduce((sum, count) => sum + count)).toBe(1)
    expect(picture?.rules).toEqual([['cooldown', 1]])
    expect(picture?.places).toEqual([{ name: '1', country: 'US', others: expect.any(Number), issued: 1, verified: 1 }])
    expect(picture?.spends).toMatchObject([{ limit: 'spend_day', used: '0.050000', most: '5000.000000' }])
  })

  it('T65 show a masked address, the last 50 events, and no code', async () => {
    const { url } = await serveOperator({ limits: { blockSendsPerHour: 100, blockRecipientsPerHour: 100 } })
    const operator = await watchOperator(url)
    const people = Array.from({ length: 30 }, (_, index) => `+1206880${String(1000 + index)}`)
    for (const to of people) await httpClient(url).post('/otp/send', { to })
    await expect.poll(() => totals(operator.newest()).sent, within).toBe(30)
    const picture = operator.newest()
    expect(picture?.events).toHaveLength(50)
    expect(picture?.events[0]).toMatchObject({ name: 'sent', to: '+1206\u2022\u2022\u20221029' })
    const codes = JSON.parse((await httpClient(url).get('/inbox.json')).text).map((message: { code: string }) => message.code)
    expect(codes).toHaveLength(30)
    const told = picture?.events.map(({ name, to, details }) => [name, to, details].join(' ')).join(' ')
    for (const secret of [...people, ...codes]) expect(told).not.toContain(secret)
  })

  it('count an outage, a failed delivery, and a pause, each by its name', async () => {
    const { url } = await serveOperator({
      limits: { failuresBeforePause: 1, pauseSeconds: 3600, recipientFailuresPerDay: 20 },
      smtpUrl: 'smtp://127.0.0.1:1',
    })
    const operator = await watchOperator(url)
    const client = httpClient(url)
    await client.post('/otp/send', { to: ann })
    const [{ code } = { code: '' }] = JSON.parse((await client.get('/inbox.json')).text)
    for (let index = 0; index < 3; index += 1) await client.post('/otp/verify', { code: wrong(code) })
    await httpClient(url).post('/otp/send', { to: 'ada@example.com' })
    await expect.poll(() => totals(operator.newest()), within).toMatchObject({ wrong: 1, paused: 2, refused: 2, undelivered: 1 })
    expect(operator.newest()?.rules).toEqual([['paused', 2]])
  })

  it('have room for 20 viewers', async () => {
    const { url } = await serveOperator()
    await Promise.all(Array.from({ length: 20 }, () => watchOperator(url)))
    await expect(watchOperator(url)).rejects.toThrow('503')
  })
})

describe("the door of the operator's page", () => {
  it.each(['/operator', '/operator/events'])('asks for the password before %s', async (path) => {
    const { url } = await serveOperator({ operatorPassword: password })
    const client = httpClient(url)
    const asked = await client.get(path)
    expect(asked.status).toBe(401)
    expect(asked.headers.get('www-authenticate')).toBe('Basic realm="operator", charset="UTF-8"')
    for (const given of [`operator:${password}x`, `operator:${password.slice(1)}`, 'operator:', password, ''])
      expect((await client.get(path, basic(given))).status).toBe(401)
    expect((await client.get(path, { authorization: `Bearer ${password}` })).status).toBe(401)
    const status = await statusOf(url + path, basic(`anybody:${password}`))
    expect(status).toBe(200)
  })

  it('takes no password that could be guessed', async () => {
    await expect(serveOperator({ operatorPassword: 'short' })).rejects.toThrow('OPERATOR_PASSWORD')
    await expect(serveOperator({ operatorPassword: '' })).rejects.toThrow('OPERATOR_PASSWORD')
  })

  it('without a password is open on this machine only, and neither through a proxy nor under a name of somebody else', async () => {
    const { port, url } = await serveOperator()
    expect(await statusOf(`${url}/operator`, {})).toBe(200)
    expect(await statusOf(`${url}/operator`, { host: `localhost:${port}` })).toBe(200)
    expect(await statusOf(`${url}/operator`, { host: `rebound.example:${port}` })).toBe(403)
    expect(await statusOf(`${url}/operator`, { 'x-forwarded-for': '127.0.0.1' })).toBe(403)
    expect(await statusOf(`${url}/operator/events`, { forwarded: 'for=127.0.0.1' })).toBe(403)
    const others = Object.values(networkInterfaces()).flatMap((all) => all?.filter((one) => one.family === 'IPv4' && !one.internal) ?? [])
    for (const { address } of others) expect(await statusOf(`http://${address}:${port}/operator`, { host: '127.0.0.1' })).toBe(403)
  })

  it('is said on start to be open to this machine only, where no password was given', async () => {
    const open = await startLogin()
    expect(open.output()).toContain('/operator, the live counts, answers to this machine only')
    await open.stop()
    const closed = await startLogin({ OPERATOR_PASSWORD: password })
    expect(closed.output()).not.toContain('/operator')
    expect(closed.output()).not.toContain(password)
    expect((await httpClient(closed.url).get('/operator')).status).toBe(401)
    await closed.stop()
  })
})
