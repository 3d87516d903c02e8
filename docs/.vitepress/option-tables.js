import { ReflectionKind } from 'typedoc'

/** @typedef {import('typedoc').DeclarationReflection} Declaration */

/**
 * A page with a table for each type of options that the package exports, under the name of the function that takes it, from the doc comments alone.
 * @param {import('typedoc').ProjectReflection} project
 */
export function optionTables(project) {
  const modules = /** @type {Declaration[]} */ (project.getReflectionsByKind(ReflectionKind.Module))
  const sections = modules.flatMap((module) => {
    const types = /** @type {Declaration[]} */ (module.getChildrenByKind(ReflectionKind.Interface))
    return types.filter(({ children, name }) => name.endsWith('Options') && children !== undefined).map((type) => section(module, type))
  })
  const head = [
    '---',
    'outline: 2',
    '---',
    '# Every option',
    'Of every function that takes some, in the order of what can be imported. It is made of their doc comments.',
  ]
  return `${[head.slice(0, 3).join('\n'), ...head.slice(3), ...sections].join('\n\n')}\n`
}

/**
 * @param {Declaration} module
 * @param {Declaration} type
 */
function section(module, type) {
  const takers = (module.children ?? []).filter((one) => takes(one, type)).map(({ name }) => name)
  const subpath = module.name === 'express-otp' ? 'express-otp' : `express-otp/${module.name}`
  const rows = (type.children ?? []).map((option) => `| \`${option.name}\` | ${standard(option)} | ${words(commentOf(option)?.summary)} |`)
  const about = `\`${type.name}\` of \`${subpath}\`. ${words(type.comment?.summary)}`
  return [`## ${takers.join(', ') || type.name}`, about, ['| option | default | |', '|---|---|---|', ...rows].join('\n')].join('\n\n')
}

/**
 * True for a function or a class that is given such options, alone or with others.
 * @param {Declaration} one
 * @param {Declaration} type
 */
function takes(one, type) {
  const signatures = one.signatures ?? one.children?.find(({ kind }) => kind === ReflectionKind.Constructor)?.signatures ?? []
  const given = signatures.flatMap(({ parameters = [] }) => parameters.map((parameter) => parameter.type))
  return given.some((each) =>
    (each?.type === 'intersection' ? each.types : [each]).some((part) => part?.type === 'reference' && part.reflection === type),
  )
}

/** @param {Declaration} option */
function commentOf(option) {
  return option.comment ?? option.signatures?.[0]?.comment
}

/** @param {Declaration} option */
function standard(option) {
  const said = commentOf(option)?.blockTags.find(({ tag }) => tag === '@default' || tag === '@defaultValue')?.content
  if (said === undefined) return option.flags.isOptional ? '' : 'required'
  // TypeDoc puts every default into a block of code, those too that are told in words.
  const [, value = words(said)] = /^```\w*\n([\s\S]*)\n```$/.exec(said.map(({ text }) => text).join('')) ?? []
  return value.includes('`') || /^[^'"[{]\S* /.test(value) ? words([{ kind: 'text', text: value }]) : `\`${value}\``
}

/**
 * One line of Markdown that may stand in a cell: what is not code has no sign that VitePress would read.
 * @param {readonly import('typedoc').CommentDisplayPart[] | undefined} parts
 */
function words(parts = []) {
  const said = parts.map(({ kind, text }) => (kind === 'inline-tag' ? `\`${text}\`` : text)).join('')
  const plain = said.replace(/`[^`]*`|[<{]/g, (found) => (found.length > 1 ? found : `&#${found.charCodeAt(0)};`))
  return plain.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim()
}
