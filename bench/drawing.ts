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
