import { createHmac } from 'node:crypto'
import { whatsappCloudReceipts } from 'express-otp/transports/whatsapp-cloud-receipts'
import { describe, expect, it } from 'vitest'
import type { ReceiptRequest } from '../../src/ports/receipt.js'

const appSecret = 'example-app-secret'
const verifyToken = 'example-verify-token'
const receipts = whatsappCloudReceipts({ appSecret, verifyToken })
const id = 'wamid.HBgNNTUxNjk5MjMxODIyMhUCABEYEjgxQkVFRDVBQTVDODFDOTg3MQA='

/** The shape of https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components (statuses). */
function payload(...statuses: readonly unknown[]): unknown {
  const metadata = { display_phone_number: '15556459128', phone_number_id: '590968830767958' }
  const value = { messaging_product: 'whatsapp', metadata, statuses }
  return { object: 'whatsapp_business_account', entry: [{ id: '1314702302917944', changes: [{ value, field: 'messages' }] }] }
}

function report(body: unknown, differing: { readonly secret?: string; readonly signature?: string } = {}): ReceiptRequest {
  const rawBody = Buffer.from(JSON.stringify(body))
  const signature =
    differing.signature ??
    `sha256=${createHmac('sha256', differing.secret ?? appSecret)
      .update(rawBody)
      .digest('hex')}`
  return { method: 'POST', url: '/otp/receipts/whatsapp', headers: { 'x-hub-signature-256': signature }, rawBody }
}

function check(query: Readonly<Record<string, string>>): ReceiptRequest {
  const asked = new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.challenge': '1158201444', 'hub.verify_token': verifyToken, ...query })
  return { method: 'GET', url: `/otp/receipts/whatsapp?${asked}`, headers: {}, rawBody: Buffer.alloc(0) }
}

describe('whatsappCloudReceipts', () => {
  it.each([
    [{ status: 'sent', recipient_id: '5516992318222', timestamp: '1750857384' }, [{ id, status: 'sent' }]],
    [{ status: 'delivered', pricing: { billable: true, category: 'authentication' } }, [{ id, status: 'delivered' }]],
    [{ status: 'read' }, [{ id, status: 'delivered' }]],
    [{ status: 'failed', errors: [{ code: 131026, title: 'Message undeliverable' }] }, [{ id, status: 'failed', errorCode: '131026' }]],
    [{ status: 'failed' }, [{ id, status: 'failed' }]],
    [{ status: 'warning' }, []],
  ])('reads the documented status %j', (status, expected) => {
    expect(receipts.parse(report(payload({ id, ...status })))).toEqual({ ok: true, receipts: expected })
  })

  it('reads several at once, and passes over what has no id and what is no status', () => {
    const body = payload(
      { id, status: 'sent' },
      null,
      'delivered',
      { status: 'failed' },
      { id: 'two\nlines', status: 'sent' },
      { id, status: 'read' },
    )
    expect(receipts.parse(report(body))).toEqual({
      ok: true,
      receipts: [
        { id, status: 'sent' },
        { id, status: 'delivered' },
      ],
    })
    const inbound = { object: 'whatsapp_business_account', entry: [{ changes: [{ value: { messages: [{ id }] } }, null] }, 1] }
    expect(receipts.parse(report(inbound))).toEqual({ ok: true, receipts: [] })
  })

  it('takes a report for forged whose signature is missing, wrong, or over other bytes', () => {
    const good = report(payload({ id, status: 'sent' }))
    const plain = String(good.headers['x-hub-signature-256']).slice('sha256='.length)
    const forgeries: ReceiptRequest[] = [
      { ...good, headers: {} },
      { ...good, rawBody: Buffer.from(`${Buffer.from(good.rawBody)} `) },
      report(payload({ id, status: 'sent' }), { secret: 'another-secret' }),
      report(payload({ id, status: 'sent' }), { signature: plain }),
      report(payload({ id, status: 'sent' }), { signature: 'sha256=' }),
      report(payload({ id, status: 'sent' }), { signature: `sha1=${plain}` }),
    ]
    for (const forged of forgeries) expect(receipts.parse(forged)).toEqual({ ok: false, reason: 'forged' })
  })

  it('verifies with every secret of a list', () => {
    const both = whatsappCloudReceipts({ appSecret: ['new-secret', appSecret], verifyToken })
    for (const secret of ['new-secret', appSecret]) expect(both.parse(report(payload(), { secret }))).toMatchObject({ ok: true })
  })

  it.each([
    ['no JSON object', 'statuses'],
    ['another product', { object: 'page', entry: [] }],
    ['no entries', { object: 'whatsapp_business_account' }],
  ])('takes %s for malformed', (_title, body) => {
    expect(receipts.parse(report(body))).toEqual({ ok: false, reason: 'malformed' })
  })

  it('takes another method, and a body that is too long, for malformed', () => {
    expect(receipts.parse({ ...report(payload()), method: 'PUT' })).toEqual({ ok: false, reason: 'malformed' })
    expect(receipts.parse({ ...report(payload()), rawBody: Buffer.alloc(1024 * 1024 + 1) })).toEqual({ ok: false, reason: 'malformed' })
  })

  it('answers the check of its address with the challenge, as plain text', () => {
    expect(receipts.parse(check({}))).toEqual({
      ok: true,
      receipts: [],
      answer: {
        status: 200,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
        body: '1158201444',
      },
    })
  })

  it.each([
    [{ 'hub.verify_token': 'example-verify-tokem' }, 'forged'],
    [{ 'hub.verify_token': '' }, 'forged'],
    [{ 'hub.mode': 'unsubscribe' }, 'malformed'],
    [{ 'hub.challenge': '<script>alert(1)</script>' }, 'malformed'],
    [{ 'hub.challenge': '' }, 'malformed'],
    [{ 'hub.challenge': '1'.repeat(201) }, 'malformed'],
  ])('does not answer a check with %j', (query, reason) => {
    expect(receipts.parse(check(query))).toEqual({ ok: false, reason })
  })

  it.each([
    ['appSecret', ''],
    ['appSecret', undefined],
    ['verifyToken', undefined],
    ['verifyToken', 'a b'],
  ])('refuses the option %s %j', (name, value) => {
    // What a JavaScript caller may hand over; the types forbid it.
    const given = { appSecret, verifyToken, [name]: value } as Parameters<typeof whatsappCloudReceipts>[0]
    expect(() => whatsappCloudReceipts(given)).toThrowError(new RegExp(`option "${name}"`))
  })
})
