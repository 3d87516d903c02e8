import { describe, expect, it } from 'vitest'
import { callback, checkOptions, flag, having, integer, list, oneOf, record, required, text } from '../src/options.js'

const CHECKS = {
  count: integer(1, 10),
  mode: oneOf('any', 'all'),
  name: text(2, 5),
  path: text(1, 9, /^\//, 'a path'),
  isOn: flag,
  ask: callback,
  modes: list(oneOf('any', 'all'), 1, 2),
  clock: having('now'),
  more: record,
  key: { ...text(8, 20), secret: true },
}

function problem(options: unknown, checks = CHECKS): unknown {
  try {
    checkOptions('thing', options, checks)
    return undefined
  } catch (err) {
    return err
  }
}

describe('checkOptions', () => {
  it('takes what is right, nothing at all, and `undefined` as nothing', () => {
    const right = {
      count: 10,
      mode: 'all',
      name: 'ab',
      path: '/a',
      isOn: false,
      ask: () => 1,
      modes: ['any'],
      clock: Date,
      more: {},
      key: '12345678',
    }
    expect(problem(right)).toBeUndefined()
    expect(problem({})).toBeUndefined()
    expect(problem(Object.fromEntries(Object.keys(right).map((name) => [name, undefined])))).toBeUndefined()
  })

  it.each<[object, string]>([
    [{ count: 0 }, 'option "count" is 0; it must be a whole number from 1 to 10'],
    [{ count: 11 }, 'option "count" is 11; it must be a whole number from 1 to 10'],
    [{ count: 1.5 }, 'option "count" is 1.5; it must be a whole number from 1 to 10'],
    [{ count: '5' }, 'option "count" is "5"; it must be a whole number from 1 to 10'],
    [{ count: null }, 'option "count" is null; it must be a whole number from 1 to 10'],
    [{ count: Number.NaN }, 'option "count" is null; it must be a whole number from 1 to 10'],
    [{ count: 5n }, 'option "count" is bigint; it must be a whole number from 1 to 10'],
    [{ mode: 'some' }, 'option "mode" is "some"; it must be one of "any", "all"'],
    [{ name: 'a' }, 'option "name" is "a"; it must be a string of 2 to 5 characters'],
    [{ path: 'a' }, 'option "path" is "a"; it must be a path'],
    [{ isOn: 1 }, 'option "isOn" is 1; it must be true or false'],
    [{ ask: {} }, 'option "ask" is {}; it must be a function'],
    [{ modes: [] }, 'option "modes" is []; it must be an array of 1 to 2, each one of "any", "all"'],
    [{ modes: ['any', 'x'] }, 'option "modes" is ["any","x"]; it must be an array of 1 to 2, each one of "any", "all"'],
    [{ modes: 'any' }, 'option "modes" is "any"; it must be an array of 1 to 2, each one of "any", "all"'],
    [{ more: [] }, 'option "more" is []; it must be an object'],
    [{ name: 'x'.repeat(500) }, `option "name" is "${'x'.repeat(99)}...; it must be a string of 2 to 5 characters`],
    [{ ask: Symbol('s') }, 'option "ask" is Symbol(s); it must be a function'],
  ])('refuses %o by name, with the value and what is allowed', (options, message) => {
    expect(problem(options)).toMatchObject({
      code: 'ERR_OTP_OPTION',
      name: 'OtpError',
      status: 500,
      expose: false,
      message: `thing: ${message}`,
    })
  })

  it.each<[object, string]>([
    [{ cuont: 1 }, 'unknown option "cuont". Did you mean "count"?'],
    [{ Count: 1 }, 'unknown option "Count". Did you mean "count"?'],
    [{ unrelated: undefined }, `unknown option "unrelated". Known: ${Object.keys(CHECKS).join(', ')}`],
    [JSON.parse('{"__proto__":1}'), `unknown option "__proto__". Known: ${Object.keys(CHECKS).join(', ')}`],
    [{ constructor: 1 }, `unknown option "constructor". Known: ${Object.keys(CHECKS).join(', ')}`],
  ])('refuses the unknown key of %o and says which may have been meant', (options, message) => {
    expect(problem(options)).toMatchObject({ message: `thing: ${message}` })
  })

  it('asks for what is required', () => {
    const checks = { ...CHECKS, count: required(CHECKS.count) }
    expect(problem({}, checks)).toMatchObject({ message: 'thing: option "count" is missing; it must be a whole number from 1 to 10' })
    expect(problem({ count: undefined }, checks)).toMatchObject({ message: expect.stringContaining('is missing') })
  })

  it.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    ['the secret itself', 'a string'],
    [['a', 'b'], 'an array'],
    [() => 1, 'a function'],
  ])('T61 takes an object alone, and repeats no text that came instead: %o', (options, shown) => {
    expect(problem(options)).toMatchObject({ message: `thing: options must be an object, not ${shown}` })
  })

  it('T61 shows neither a secret nor what an object holds that has methods', () => {
    expect(problem({ key: 'short' })).toMatchObject({
      message: 'thing: option "key" is not acceptable; it must be a string of 8 to 20 characters',
    })
    expect(problem({ clock: { apiKey: 'sk_live_1' } })).toMatchObject({
      message: 'thing: option "clock" is an object; it must be an object with now()',
    })
    expect(problem({ clock: 'sk_live_1' })).toMatchObject({ message: 'thing: option "clock" is a string; it must be an object with now()' })
    const many = { ...CHECKS, modes: list(having('deliver'), 1, 4) }
    expect(problem({ modes: [{ apiKey: 'sk_live_1' }] }, many)).toMatchObject({
      message: 'thing: option "modes" is an array; it must be an array of 1 to 4, each an object with deliver()',
    })
  })

  it('shows what cannot be written down by its type', () => {
    const circle: Record<string, unknown> = {}
    circle.circle = circle
    expect(problem({ count: circle })).toMatchObject({ message: 'thing: option "count" is object; it must be a whole number from 1 to 10' })
  })
})
