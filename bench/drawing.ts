/** Width of every picture. */
export const WIDTH = 760

/** A picture of its own, on white paper so that it reads on a dark page too. */
export function svg(title: string, height: number, parts: readonly string[], width: number = WIDTH): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
  const paper = `<rect width="${width}" height="${height}" fill="#fff"/>`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="12">\n<title>${title}</title>\n${[paper, ...parts].join('\n')}\n</svg>\n`
}

/** A line of text. */
export function text(x: number, y: number, said: string, anchor = 'start', color = '#333'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${color}">${said}</text>`
}

/** One bar. */
export interface Bar {
  readonly name: string
  readonly value: number
  readonly color: string
  /** Said behind it. */
  readonly label: string
}

/** Bars below each other, 16 apart, with their names on the left of `left`; the longest is `width` long, or as long as `most` says. */
export function bars(top: number, all: readonly Bar[], { left, most, width }: { left: number; most: number; width: number }): string {
  return all
    .map(({ color, label, name, value }, index) => {
      const at = top + index * 16
      const length = (width * value) / Math.max(1e-9, most)
      const bar = `<rect x="${left}" y="${at}" width="${Math.max(1, length).toFixed(1)}" height="12" fill="${color}"/>`
      return text(left - 8, at + 10, name, 'end', color) + bar + text(left + 6 + length, at + 10, label)
    })
    .join('')
}

/** One line through points, with its name at its end. */
export interface Line {
  readonly name: string
  readonly color: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

/** Lines over one another, from 0 up to the highest point, with a title above and figures at the axes; `log` spreads x by its logarithm. */
export function linePanel(
  title: string,
  lines: readonly Line[],
  { height, log = false, top, unit }: { readonly top: number; readonly height: number; readonly unit: string; readonly log?: boolean },
): string {
  const [left, right] = [90, WIDTH - 150]
  const points = lines.flatMap((line) => line.points)
  const place = (x: number): number => (log ? Math.log10(x) : x)
  const xs = points.map(([x]) => place(x))
  const [first, last] = [log ? Math.min(...xs) : 0, Math.max(...xs)]
  const most = Math.max(1e-9, ...points.map(([, y]) => y)) * 1.1
  const bottom = top + 24 + height
  const across = (x: number): number => left + ((right - left) * (place(x) - first)) / Math.max(1e-9, last - first)
  const up = (y: number): number => bottom - (height * y) / most
  const drawn = lines.map(({ color, name, points: own }, index) => {
    const path = own.map(([x, y]) => `${across(x).toFixed(1)},${up(y).toFixed(1)}`).join(' ')
    const end = own.at(-1)?.[1] ?? 0
    return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>${text(right + 8, top + 40 + index * 16, `${name} ${shortNumber(end)}`, 'start', color)}`
  })
  const grid = [0, most / 1.1].map(
    (y) => `<path d="M${left} ${up(y).toFixed(1)}H${right}" stroke="#ddd"/>${text(left - 8, up(y) + 4, shortNumber(y), 'end')}`,
  )
  const marks = log ? [...new Set(points.map(([x]) => x))] : [0, 0.25, 0.5, 0.75, 1].map((share) => share * last)
  const below = marks.map((x) => text(across(x), bottom + 16, `${shortNumber(x)} ${unit}`, 'middle'))
  return [text(20, top + 14, title), ...grid, ...drawn, ...below].join('')
}

function shortNumber(figure: number): string {
  return figure >= 100 ? Math.round(figure).toLocaleString('en') : String(Number(figure.toPrecision(3)))
}
