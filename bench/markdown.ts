/** A Markdown table; the first row is its head. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** The page with this text in the place of what the last run wrote between `<!-- name -->` and `<!-- /name -->`. */
export function intoPage(page: string, text: string, name = 'run'): string {
  return page.replace(new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`), () => `<!-- ${name} -->\n${text}\n<!-- /${name} -->`)
}
