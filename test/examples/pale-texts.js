// Runs in a page. The value of this script: visible texts whose contrast with what lies behind them is below 4.5 (WCAG 2.2, 1.4.3).
;(() => {
  /** Red, green, blue from 0 to 1, and opacity. */
  function read(color) {
    const [red = 0, green = 0, blue = 0, alpha = 1] = color.match(/[\d.]+/g)?.map(Number) ?? []
    const scale = color.startsWith('color(') ? 1 : 255
    return { parts: [red / scale, green / scale, blue / scale], alpha }
  }

  function behind(element) {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = read(getComputedStyle(at).backgroundColor)
      if (color.alpha === 1) return color
    }
    return { parts: [1, 1, 1], alpha: 1 }
  }

  function luminance({ parts }) {
    const [red, green, blue] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }

  function contrast(element) {
    const [light, dark] = [read(getComputedStyle(element).color), behind(element)].map(luminance).sort((a, b) => b - a)
    return (light + 0.05) / (dark + 0.05)
  }

  return [...document.querySelectorAll('body *')]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== ''))
    .filter((element) => element.checkVisibility() && !element.matches(':disabled') && contrast(element) < 4.5)
    .map((element) => `${element.textContent.trim()}: ${contrast(element).toFixed(2)}`)
})()
