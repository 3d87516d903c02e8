import type { Wording } from '../ports/message.js'

/**
 * Ends an SMS with what phones read.
 *
 * The line `@host #code` comes last, because WICG "Origin-bound one-time codes delivered via SMS", section 3, parses the last line and no
 * other. The hash of an Android app stands on the line before: Google's SMS Retriever asks that the message include it, wherever. Without
 * a host the hash itself is the last line, as in Google's examples. A text that already ends so is left as it is.
 */
export function withLastLines(text: string, { code, host }: Wording, androidAppHash: string | undefined): string {
  const lines = [androidAppHash, host === undefined ? undefined : `@${host} #${code}`].filter((line) => line !== undefined)
  const ending = lines.join('\n')
  return ending === '' || text.endsWith(`\n${ending}`) ? text : `${text}\n\n${ending}`
}
