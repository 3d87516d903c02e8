import type { Speech } from '../ports/message.js'
import { escapeXml, spokenSsml } from './spoken.js'
import { type TwilioVoices, twilioVoice } from './twilio-voices.js'

/** Longest `Twiml` parameter that Twilio takes (Calls resource). */
export const MAX_TWIML_LENGTH = 4000

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>'

/** Says the code, character by character. */
export function codeTwiml(speech: Speech, voices: TwilioVoices): string {
  return `${HEAD}<Response>${say(speech, voices, spokenSsml(speech))}</Response>`
}

/** Asks for a key and hangs up without one; `action` is where Twilio then asks for the code (T33). */
export function promptTwiml(speech: Speech, voices: TwilioVoices, action: string): string {
  const attributes = `input="dtmf" numDigits="1" finishOnKey="" timeout="10" method="POST" action="${escapeXml(action)}"`
  return `${HEAD}<Response><Gather ${attributes}>${say(speech, voices, escapeXml(speech.prompt))}</Gather><Hangup/></Response>`
}

/** Ends a call. */
export const HANG_UP_TWIML: string = `${HEAD}<Response><Hangup/></Response>`

function say(speech: Speech, voices: TwilioVoices, inner: string): string {
  const { language, voice } = twilioVoice(speech, voices)
  const spoken = voice === undefined ? '' : ` voice="${escapeXml(voice)}"`
  return `<Say language="${escapeXml(language)}"${spoken}>${inner}</Say>`
}
