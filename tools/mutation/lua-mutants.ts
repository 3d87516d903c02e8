/** One small change of one line of one piece of Lua. */
export interface Mutant {
  readonly piece: string
  /** Counted from 0 within the piece. */
  readonly line: number
  readonly change: string
  /** The piece with the change. */
  readonly text: string
}

/** What becomes of each match, one change for each. */
interface Operator {
  readonly name: string
  readonly find: RegExp
  readonly put: (found: string) => string
}

const SWAPS: Readonly<Record<string, string>> = {
  '<=': '<',
  '<': '<=',
  '>=': '>',
  '>': '>=',
  '==': '~=',
  '~=': '==',
  '+': '-',
  '-': '+',
  and: 'or',
  or: 'and',
  true: 'false',
  false: 'true',
  'math.min': 'math.max',
  'math.max': 'math.min',
}
const swap = (found: string): string => SWAPS[found] ?? found

const OPERATORS: readonly Operator[] = [
  { name: 'comparison', find: /(?<= )(<=|>=|==|~=|<|>)(?= )/g, put: swap },
  { name: 'sum', find: /(?<= )[+-](?= )/g, put: swap },
  { name: 'logic', find: /\b(and|or)\b/g, put: swap },
  { name: 'not', find: /\bnot /g, put: () => '' },
  { name: 'truth', find: /\b(true|false)\b/g, put: swap },
  { name: 'least or most', find: /math\.(min|max)/g, put: swap },
  { name: 'one more', find: /(?<![\w'"$.])\d+(?![\w'"])/g, put: (found) => String(Number(found) + 1) },
  { name: 'always', find: /(?<=\bif ).+?(?= then\b)/g, put: () => 'true' },
  { name: 'never', find: /(?<=\bif ).+?(?= then\b)/g, put: () => 'false' },
  { name: 'word', find: /'[a-z_]+'/g, put: () => "'mutant'" },
  // What opens or closes a block, or makes a function, leaves no program when it goes.
  {
    name: 'dropped',
    find: /^(?!\s*(--|end\b|else|for |while |local function|function|return function))(?!.*\b(then|do)$)\s*\S.*$/g,
    put: () => '',
  },
]

/** Every change of a piece of Lua. Comments stay as they are. */
export function mutantsOf(piece: string): Mutant[] {
  const lines = piece.split('\n')
  return lines.flatMap((source, line) => {
    if (source.trim().startsWith('--')) return []
    const seen = new Set([source])
    return OPERATORS.flatMap(({ name, find, put }) =>
      [...source.matchAll(find)].flatMap((match) => {
        const changed = source.slice(0, match.index) + put(match[0]) + source.slice(match.index + match[0].length)
        if (seen.has(changed)) return []
        seen.add(changed)
        return [{ piece, line, change: `${name}: ${source.trim()} -> ${changed.trim()}`, text: lines.with(line, changed).join('\n') }]
      }),
    )
  })
}
