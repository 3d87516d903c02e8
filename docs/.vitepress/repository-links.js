import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/**
 * Pages link to examples, tests and results, which are in the repository and not on the site: there such a link is shown as the
 * words it stands on. A file that is not there fails the build.
 * @param {import('markdown-it').default} md
 * @param {string} docs
 */
export function plainRepositoryLinks(md, docs) {
  md.core.ruler.push('plain_repository_links', ({ tokens, env }) => {
    for (const { children } of tokens) {
      if (children === null) continue
      let leaves = false
      for (const token of children) {
        if (token.type === 'link_open') {
          const target = leavesDocs(docs, env.path, token.attrGet('href') ?? '')
          leaves = target !== undefined
          if (target !== undefined && !existsSync(target)) throw new Error(`${env.path}: there is no ${target}`)
        }
        if (!leaves || !token.type.startsWith('link_')) continue
        if (token.type === 'link_close') leaves = false
        Object.assign(token, { type: 'html_inline', tag: '', content: '', attrs: null, nesting: 0 })
      }
    }
  })
}

/**
 * @param {string} docs
 * @param {string} page
 * @param {string} href
 * @returns {string | undefined} the file, where it is outside of docs
 */
function leavesDocs(docs, page, href) {
  if (/^(?:[a-z]+:|\/|#)/.test(href)) return undefined
  const target = join(dirname(page), decodeURI(href.replace(/#.*$/, '')))
  return relative(docs, target).startsWith('..') ? target : undefined
}
