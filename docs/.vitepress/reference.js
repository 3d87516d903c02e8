// Writes docs/api, which git ignores: one page for each entry of the package, and one with all options, from the doc comments.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Application, ReflectionKind } from 'typedoc'
import { entries } from './entries.js'
import { optionTables } from './option-tables.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const app = await Application.bootstrapWithPlugins({
  name: 'API',
  entryPoints: entries.map(({ source }) => root + source),
  tsconfig: fileURLToPath(new URL('tsconfig.json', import.meta.url)),
  basePath: `${root}src`,
  displayBasePath: `${root}src`,
  out: `${root}docs/api`,
  plugin: ['typedoc-plugin-markdown'],
  readme: 'none',
  disableSources: true,
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  // What says "the same for ..." stands behind what it means; what is called stands before what it takes.
  sort: ['source-order'],
  groupOrder: ['Functions', 'Classes', 'Variables', '*'],
  validation: { invalidLink: true, invalidPath: true, notExported: false, notDocumented: true },
  requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Variable'],
  treatWarningsAsErrors: true,
  logLevel: 'Warn',
  // Of typedoc-plugin-markdown.
  outputFileStrategy: 'modules',
  entryFileName: 'index',
  hideBreadcrumbs: true,
  // A heading has the anchor that links to it name, whatever VitePress would make of its words.
  useCustomAnchors: true,
  hidePageHeader: true,
  pageTitleTemplates: { module: ({ rawName }) => (rawName === 'express-otp' ? rawName : `express-otp/${rawName}`) },
  useCodeBlocks: true,
  expandObjects: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  propertyMembersFormat: 'table',
  typeDeclarationFormat: 'table',
  enumMembersFormat: 'table',
  tableColumnSettings: { hideModifiers: true, hideInherited: true, hideOverrides: true, hideSources: true },
  sanitizeComments: true,
})
const project = await app.convert()
if (project === undefined) process.exit(1)
// The root entry has a page beside the list of all entries.
for (const module of project.getReflectionsByKind(ReflectionKind.Module)) if (module.name === 'index') module.name = 'express-otp'
app.validate(project)
await app.generateOutputs(project)
writeFileSync(`${root}docs/api/options.md`, optionTables(project))
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1)
