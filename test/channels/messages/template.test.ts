import { describe, expect, it } from 'vitest'
import { fill, readOwnTemplate, readTemplate } from '../../../src/channels/messages/template.js'

const rules = { owner: 'smsChannel', option: 'templates.login.sms', known: ['code', 'service'], needed: ['code'] }

describe('readOwnTemplate', () => {
  it('T34 refuses an unknown placeholder by its name and that of the option', () => {
    expect(() => readOwnTemplate('{code} {to}', rules)).toThrowError(
      'smsChannel: option "templates.login.sms" has the unknown placeholder {to}. Known: {code} {service}',
    )
    expect(() => readOwnTemplate('{code} {to}', rules)).toThrowError(expect.objectContaining({ code: 'ERR_OTP_OPTION' }))
    expect(() => readOwnTemplate('{code} {__proto__}', rules)).toThrowError(/brace that belongs to no placeholder/)
    expect(() => readOwnTemplate('{code} {constructor}', rules)).toThrowError(/unknown placeholder \{constructor\}/)
  })

  it.each(['{code} { service }', '{code} {', '{code} }', '{code} {1}', '{{code}}'])('refuses the stray brace of %j', (source) => {
    expect(() => readOwnTemplate(source, rules)).toThrowError(/has a brace that belongs to no placeholder/)
  })

  it('refuses a text without what is needed', () => {
    expect(() => readOwnTemplate('{service}', rules)).toThrowError('smsChannel: option "templates.login.sms" must contain {code}')
  })

  it('leaves the braces of a style sheet alone', () => {
    const template = readOwnTemplate('<style>p{color:red}</style>{code}', { ...rules, bracesAllowed: true })
    expect(
      fill(
        template,
        () => '1',
        (text) => text,
      ),
    ).toBe('<style>p{color:red}</style>1')
  })
})

describe('fill', () => {
  it('never looks for placeholders in what it fills in', () => {
    const values = new Map([
      ['code', '{service}'],
      ['service', '{code}'],
    ])
    const filled = fill(
      readTemplate('{code} and {service}'),
      (name) => values.get(name) ?? '',
      (text) => text,
    )
    expect(filled).toBe('{service} and {code}')
  })
})
