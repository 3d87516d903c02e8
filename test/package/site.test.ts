import { describe, expect, it } from 'vitest'
import { pages } from '../helpers/source-files.js'

interface Item {
  readonly link?: string
  readonly items?: readonly Item[]
}

// The configuration of the site is JavaScript without declarations, as VitePress wants it.
const config: string = new URL('../../docs/.vitepress/config.js', import.meta.url).href
const { themeConfig } = ((await import(config)) as { readonly default: { readonly themeConfig: { readonly sidebar: readonly Item[] } } })
  .default

function links({ items = [], link }: Item): readonly string[] {
  return [...(link === undefined ? [] : [link]), ...items.flatMap(links)]
}

describe('the documentation site', () => {
  it('has every page in its menu once', () => {
    const written = pages().flatMap(({ path }) =>
      path.startsWith('docs/') ? [path.replace(/^docs/, '').replace(/(?:index)?\.md$/, '')] : [],
    )
    const shown = themeConfig.sidebar.flatMap(links).filter((link) => !link.startsWith('/api/'))
    expect(shown.sort()).toEqual(written.sort())
  })
})
