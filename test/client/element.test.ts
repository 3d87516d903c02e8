import { defineOneTimeCode } from 'express-otp/client'
import { devices } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { useBrowser } from '../examples/browse.js'
import { hasChromium } from '../helpers/chromium.js'
import { ORIGIN, paste, show, watch } from './element-page.js'

const FORM = '<form action="/sent"><one-time-code name="code" label="Code" required></one-time-code><button>Log in</button></form>'
const OWN =
  '<form action="/sent"><label for="typed">Code</label><one-time-code><input slot="input" id="typed" name="code" maxlength="9"></one-time-code><button>Log in</button></form>'
const { defaultBrowserType: _unused, ...phone } = devices['Pixel 7'] ?? {}

it('does nothing on a server', () => {
  expect(defineOneTimeCode()).toBe(undefined)
})

describe.skipIf(!hasChromium)('<one-time-code>', () => {
  const open = useBrowser()

  it.each([
    ['its own field', FORM, {}],
    ['its own field, on a phone', FORM, phone],
    ["the page's field", OWN, {}],
  ])('gives %s what autofill, keyboards and readers need', async (_name, body, options) => {
    const page = await open(options)
    await show(page, body)
    const field = page.getByRole('textbox', { name: 'Code' })
    expect(await page.getByRole('textbox').count()).toBe(1)
    const names = ['autocomplete', 'inputmode', 'dir', 'spellcheck', 'maxlength', 'autocapitalize']
    await expect
      .poll(() => Promise.all(names.map((name) => field.getAttribute(name))))
      .toEqual(['one-time-code', 'numeric', 'ltr', 'false', null, 'none'])
    await page.getByText('Code', { exact: true }).click()
    await page.keyboard.type('12')
    expect(await field.inputValue()).toBe('12')
  })

  it('takes length and alphabet from the server', async () => {
    const page = await open()
    await show(page, FORM, { codeLength: 8, alphabet: 'alphanumeric', channels: ['email'] })
    const seen = await watch(page)
    const field = page.getByRole('textbox')
    await expect.poll(() => field.getAttribute('inputmode')).toBe('text')
    expect(await field.getAttribute('autocapitalize')).toBe('characters')
    await field.pressSequentially('k7p4-mzab')
    expect(await field.inputValue()).toBe('K7P4MZAB')
    expect((await seen()).codes).toEqual(['K7P4MZAB'])
  })

  it('needs no server where length and alphabet are given', async () => {
    const page = await open()
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await show(page, '<one-time-code length="4" alphabet="letters" label="Code"></one-time-code>')
    const seen = await watch(page)
    await page.getByRole('textbox').pressSequentially('abcd')
    expect((await seen()).codes).toEqual(['ABCD'])
    expect(asked).not.toContain('/otp/config')
  })

  it.each(['Your code is 123 456', '123-456', '\u0661\u0662\u0663 \u0664\u0665\u0666', '\uff11\uff12\uff13\uff14\uff15\uff16'])(
    'takes %j for 123456, over whatever was there',
    async (text) => {
      const page = await open()
      await show(page, FORM)
      const seen = await watch(page)
      await page.getByRole('textbox').fill('99')
      await paste(page, text)
      expect(await page.getByRole('textbox').inputValue()).toBe('123456')
      expect((await seen()).codes).toEqual(['123456'])
    },
  )

  it('keeps the caret where a digit was corrected', async () => {
    const page = await open()
    await show(page, FORM)
    const field = page.getByRole('textbox')
    await field.fill('12356')
    for (let steps = 0; steps < 2; steps++) await page.keyboard.press('ArrowLeft')
    await page.keyboard.type('x4')
    expect(await field.inputValue()).toBe('123456')
  })

  it.each([
    ['its own field', FORM.replace('<one-time-code', '<one-time-code autosubmit')],
    ["the page's field", OWN.replace('<one-time-code', '<one-time-code autosubmit')],
  ])('submits a whole code once with %s, and again only with another one', async (_name, body) => {
    const page = await open()
    await show(page, body)
    const seen = await watch(page)
    const field = page.getByRole('textbox')
    await field.pressSequentially('123456')
    expect(await seen()).toEqual({ codes: ['123456'], submits: 1 })
    await page.evaluate(() => {
      for (const box of document.querySelectorAll('one-time-code')) box.error = 'This code is not right.'
    })
    await page.keyboard.press('Backspace')
    await page.keyboard.type('6')
    expect(await seen()).toEqual({ codes: ['123456'], submits: 1 })
    await page.keyboard.press('Enter')
    expect((await seen()).submits).toBe(2)
    await page.keyboard.press('Backspace')
    await page.keyboard.type('7')
    expect(await seen()).toEqual({ codes: ['123456', '123457'], submits: 3 })
  })

  it('does not submit by itself unless told so, where the page says no, or while the button is off', async () => {
    const page = await open()
    await show(page, `${FORM}${FORM.replace('<one-time-code', '<one-time-code autosubmit')}`)
    const seen = await watch(page)
    const [first, second] = await page.getByRole('textbox').all()
    await first?.pressSequentially('111111')
    await page.evaluate(() => document.addEventListener('complete', (event) => event.preventDefault(), { once: true }))
    await second?.pressSequentially('222222')
    await page.evaluate(() => {
      for (const button of document.querySelectorAll('button')) button.disabled = true
    })
    await second?.fill('333333')
    await page.keyboard.press('Enter')
    expect(await seen()).toEqual({ codes: ['111111', '222222', '333333'], submits: 0 })
  })

  it.each([
    ['its own field', FORM],
    ["the page's field", OWN],
  ])('is one value of a plain form, with %s', async (_name, body) => {
    const page = await open()
    await show(page, body)
    await page.getByRole('textbox').fill('123 456')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${ORIGIN}/sent?code=123456`)
    await page.goBack()
    await page.getByRole('textbox').waitFor()
  })

  it('is a plain field without scripts', async () => {
    const page = await open({ javaScriptEnabled: false })
    await show(page, OWN)
    await page.getByLabel('Code').fill('123456')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${ORIGIN}/sent?code=123456`)
  })

  it('takes part in validity, reset and disabled fieldsets', async () => {
    const page = await open()
    await show(
      page,
      `<form action="/sent"><fieldset><one-time-code name="code" label="Code" required></one-time-code></fieldset><button>Log in</button></form>`,
    )
    const field = page.getByRole('textbox')
    const look = (): Promise<unknown> =>
      page.evaluate(() => {
        const box = document.querySelector('one-time-code')
        const { form, validity } = box ?? {}
        return [
          form?.checkValidity(),
          validity?.valueMissing,
          validity?.patternMismatch,
          form ? [...new FormData(form).values()] : undefined,
        ]
      })
    await expect.poll(look).toEqual([false, true, false, ['']])
    await page.getByRole('button').click()
    expect(page.url()).toBe(`${ORIGIN}/`)
    await field.fill('123')
    expect(await look()).toEqual([false, false, true, ['123']])
    await field.fill('123456')
    expect(await look()).toEqual([true, false, false, ['123456']])
    await page.evaluate(() => document.querySelector('fieldset')?.setAttribute('disabled', ''))
    expect(await look()).toEqual([true, false, false, []])
    expect(await field.isDisabled()).toBe(true)
    await page.evaluate(() => document.querySelector('fieldset')?.removeAttribute('disabled'))
    await page.evaluate(() => document.querySelector('form')?.reset())
    expect(await look()).toEqual([false, true, false, ['']])
    expect(await field.inputValue()).toBe('')
  })

  it('shows and tells what was wrong, until the next key', async () => {
    const page = await open()
    await show(page, FORM)
    const field = page.getByRole('textbox')
    await field.fill('123456')
    await page.evaluate(() => {
      for (const box of document.querySelectorAll('one-time-code')) box.error = 'This code is not right.'
    })
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    const told = page.getByRole('status').filter({ hasText: 'This code is not right.' })
    expect(await told.getAttribute('aria-live')).toBe('polite')
    expect(await field.getAttribute('aria-describedby')).toContain((await told.getAttribute('id')) ?? '?')
    await page.keyboard.press('Backspace')
    expect(await field.getAttribute('aria-invalid')).toBe(null)
    expect(await told.count()).toBe(0)
    await page.evaluate(() => document.querySelector('one-time-code')?.announce('Code sent.'))
    expect(await page.getByRole('status').filter({ hasText: 'Code sent.' }).count()).toBe(1)
  })

  it('can be filled before the page knows how long a code is', async () => {
    const page = await open()
    await show(page, '<one-time-code src="/elsewhere" label="Code"></one-time-code>')
    const seen = await watch(page)
    await page.getByRole('textbox').fill('12345678')
    expect(await seen()).toEqual({ codes: [], submits: 0 })
    await page.evaluate(() => document.querySelector('one-time-code')?.setAttribute('src', '/otp'))
    await expect.poll(async () => (await seen()).codes).toEqual(['123456'])
  })

  it('takes length and alphabet as properties, and goes back to those of the server without them', async () => {
    const page = await open()
    await show(page, '<one-time-code label="Code"></one-time-code>')
    const field = page.getByRole('textbox')
    const look = (): Promise<unknown> =>
      page.evaluate(() => {
        const { length, alphabet } = document.querySelector('one-time-code') ?? {}
        return [length, alphabet]
      })
    await expect.poll(look).toEqual([6, 'digits'])
    await page.evaluate(() => {
      for (const box of document.querySelectorAll('one-time-code')) Object.assign(box, { length: 4, alphabet: 'letters' })
    })
    await field.pressSequentially('abcdef')
    expect(await field.inputValue()).toBe('ABCD')
    await page.evaluate(() => {
      for (const box of document.querySelectorAll('one-time-code')) Object.assign(box, { length: undefined, alphabet: undefined })
    })
    expect(await look()).toEqual([6, 'digits'])
  })

  it('has its value again when the browser goes back to the page', async () => {
    const page = await open()
    await show(page, FORM)
    await page.getByRole('textbox').fill('123 456')
    await page.goto(`${ORIGIN}/elsewhere`)
    await page.goBack()
    await expect.poll(() => page.getByRole('textbox').inputValue()).toBe('123456')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${ORIGIN}/sent?code=123456`)
  })
})
