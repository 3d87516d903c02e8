import { type Draft, PLAIN } from './messages/draft.js'

/** The plain text part, the code on a line of its own. */
export function emailText({ unsaid, words, write }: Draft): string {
  const say = (source: string): string => write(source, PLAIN)
  return [
    say(words.lead),
    `    ${say('{code}')}`,
    ...(unsaid.length === 0 ? [] : [unsaid.map(([name, value]) => `${name}: ${value}`).join('\n')]),
    `${say(words.validity)} ${say(words.mark)}`,
    say(words.warning),
  ].join('\n\n')
}
