// What links of the built site lead nowhere: VitePress looks at the pages that Markdown links to, not at anchors, pictures, the menus or plain HTML.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix, relative, resolve, sep } from 'node:path'

/** @typedef {{ readonly ids: ReadonlySet<string>, readonly links: readonly string[] }} Page */

/**
 * Every link within the site that has no page, no file or no anchor, as `page: link`. Addresses of other sites are not asked.
 * @param {string} site folder that was built
 * @returns {readonly string[]}
 */
export function brokenLinks(site) {
  const files = readdirSync(site, { recursive: true, encoding: 'utf8' }).map((name) => name.split(sep).join('/'))
  const pages = new Map(files.filter((name) => name.endsWith('.html')).map((name) => [name, read(resolve(site, name))]))
  return [...pages].flatMap(([name, { links }]) => {
    const broken = [...new Set(links)].filter((link) => !leadsSomewhere(link, name))
    return broken.map((link) => `${name}: ${link}`)
  })

  /**
   * @param {string} link
   * @param {string} from
   */
  function leadsSomewhere(link, from) {
    const [path = '', anchor = ''] = decodeURI(link).split('#')
    const place = path.startsWith('/') ? path.slice(1) : path === '' ? from : posix.join(posix.dirname(from), path)
    const [name] = ['', '.html', 'index.html', '/index.html'].map((end) => place.replace(/\?.*$/, '') + end).filter(isFile)
    if (name === undefined) return false
    return anchor === '' || pages.get(name)?.ids.has(decodeURIComponent(anchor)) === true
  }

  /** @param {string} name */
  function isFile(name) {
    const path = resolve(site, name)
    return pages.has(name) || (!relative(site, path).startsWith('..') && /\.\w+$/.test(name) && existsSync(path))
  }
}

/**
 * @param {string} path
 * @returns {Page}
 */
function read(path) {
  const html = readFileSync(path, 'utf8').replace(/<script\b[\s\S]*?<\/script>/g, '')
  const ids = [...html.matchAll(/<[^>]*?\sid="([^"]*)"/g)].map(([, id = '']) => unescaped(id))
  const links = [...html.matchAll(/<[^>]*?\s(?:href|src)="([^"]*)"/g)].map(([, link = '']) => unescaped(link))
  return { ids: new Set(ids), links: links.filter((link) => !/^(?:[a-z][\w+.-]*:|\/\/)/.test(link)) }
}

/** @param {string} text */
function unescaped(text) {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
