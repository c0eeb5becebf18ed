// Markdown tables, aligned so that they also read well in a terminal.

/** The first column is text, the others are numbers, unless `text` names more columns. */
export function table(header, rows, text = [0]) {
  const cells = [header, ...rows].map((row) => row.map((cell) => String(cell ?? '').replaceAll('|', '\\|')))
  const widths = header.map((_, column) => Math.max(3, ...cells.map((row) => [...row[column]].length)))
  const line = (row) =>
    `| ${row.map((cell, column) => pad(cell, widths[column], text.includes(column))).join(' | ')} |`
  const rule = widths.map((width, column) =>
    text.includes(column) ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`,
  )
  const [head, ...body] = cells.map(line)
  return [head, `|${rule.join('|')}|`, ...body].join('\n')
}

function pad(cell, width, left) {
  const space = ' '.repeat(width - [...cell].length)
  return left ? cell + space : space + cell
}

export const whole = (number) => Math.round(number).toLocaleString('en-US')

export const ratio = (number) => `${number.toFixed(2)}x`

export const percent = (share) => `${Math.round(share * 100)} %`

export const kilobytes = (bytes) => `${whole(bytes / 1024)} KiB`
