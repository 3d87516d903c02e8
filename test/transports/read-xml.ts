/** Tags, attributes and texts of a small document, entities resolved; fails on what is no well-formed XML of that kind. */
export interface XmlNode {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly (XmlNode | string)[]
}

/** Reads elements, double-quoted attributes and text, and nothing else: any trick of XML is an error here. */
export function readXml(text: string): XmlNode {
  const root = { tag: '', attributes: {}, children: [] as (XmlNode | string)[] }
  const open = [root]
  const rest = text.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>/, '')
  for (const [token] of rest.matchAll(/<[^<>]*>|[^<>]+|[<>]/g)) {
    const parent = open.at(-1) ?? root
    if (token.startsWith('</')) {
      if (token !== `</${parent.tag}>`) throw new Error(`${token} closes <${parent.tag}>`)
      open.pop()
    } else if (token.startsWith('<')) {
      const [, tag = '', inner = '', end] = /^<([A-Za-z]+)((?: [A-Za-z]+="[^"<>]*")*)(\/?)>$/.exec(token) ?? []
      if (tag === '') throw new Error(`no tag: ${token}`)
      const attributes = Object.fromEntries(
        [...inner.matchAll(/ ([A-Za-z]+)="([^"]*)"/g)].map(([, key, value = '']) => [key, plain(value)]),
      )
      const node = { tag, attributes, children: [] }
      parent.children.push(node)
      if (end !== '/') open.push(node)
    } else parent.children.push(plain(token))
  }
  const [document] = root.children
  if (open.length !== 1 || root.children.length !== 1 || typeof document !== 'object') throw new Error('not one document')
  return document
}

/** All texts below a node, joined. */
export function textOf(node: XmlNode | string): string {
  return typeof node === 'string' ? node : node.children.map(textOf).join('')
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function plain(value: string): string {
  return value.replace(/&([^;]*);?/g, (whole, name: string) => {
    const character = ENTITIES[name]
    if (character === undefined || !whole.endsWith(';')) throw new Error(`no entity: ${whole}`)
    return character
  })
}
