/** First lines of every generated page. */
export function page(title: string, source: string, body: string): string {
  return `# ${title}\n\n<!-- Made by \`npm run docs\` from ${source}. -->\n\n${body.trim()}\n`;
}

/** A table whose cells may hold anything. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

export function code(text: string): string {
  return `\`${text}\``;
}
