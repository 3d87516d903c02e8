import { answeredJson } from './answered-json.js'
import { vendorId } from './vendor-id.js'

/** As much of an answer as is read. */
const MAX_ANSWER_BYTES = 4096

/** The `id` of a JSON answer, if there is one to be had. Never throws: the status has said that the message was taken. */
export async function answeredId(response: Response, signal: AbortSignal): Promise<string | undefined> {
  const answer = await answeredJson(response, signal, MAX_ANSWER_BYTES)
  return typeof answer === 'object' && answer !== null ? vendorId(Reflect.get(answer, 'id')) : undefined
}
