// Text of a message: its variables, and the markup that phones draw. Pure.

/** One piece of a line; a variable that has no value yet stays visible as a gap. */
export type Inline =
  | { kind: 'text' | 'mono'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; children: Inline[] };

export type Block =
  | { kind: 'line'; children: Inline[] }
  | { kind: 'quote'; children: Inline[] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'mono'; text: string };

const variable = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;

/** Names of the variables in order of first appearance: "1", "2" or "first_name". */
export function variablesOf(text: string): string[] {
  return [...new Set([...text.matchAll(variable)].map((match) => match[1]!))];
}

/** Puts values in; a variable without a value stays as it was written. */
export function fill(text: string, values: Record<string, string | undefined>): string {
  return text.replace(variable, (whole, name: string) => values[name] || whole);
}

/** The markup of a message: bold, italic, strike, mono, lists and quotes. Unpaired marks stay text. */
export function parseMessage(text: string): Block[] {
  const blocks: Block[] = [];
  const parts = text.split('```');
  for (const [index, part] of parts.entries()) {
    const fenced = index % 2 === 1 && index < parts.length - 1;
    if (fenced) blocks.push({ kind: 'mono', text: part });
    else if (index % 2 === 1) pushLines(blocks, `\`\`\`${part}`);
    else if (part !== '') pushLines(blocks, part);
  }
  return blocks;
}

function pushLines(blocks: Block[], text: string): void {
  for (const line of text.split('\n')) {
    const quote = /^> (.*)$/.exec(line);
    const bullet = /^[-*] (.*)$/.exec(line);
    const numbered = /^\d{1,2}\. (.*)$/.exec(line);
    const item = bullet ?? numbered;
    if (quote) blocks.push({ kind: 'quote', children: parseInline(quote[1]!) });
    else if (item) pushItem(blocks, numbered !== null, parseInline(item[1]!));
    else blocks.push({ kind: 'line', children: parseInline(line) });
  }
}

function pushItem(blocks: Block[], ordered: boolean, item: Inline[]): void {
  const last = blocks.at(-1);
  if (last?.kind === 'list' && last.ordered === ordered) last.items.push(item);
  else blocks.push({ kind: 'list', ordered, items: [item] });
}

const marks = { '*': 'bold', _: 'italic', '~': 'strike' } as const;
// A mark opens after a space or punctuation and closes before one, and hugs its text: 2*3*4 is no bold.
const marked = /(^|[\s.,;:!?()"'*_~-])([*_~])(?=\S)(.*?\S)\2(?=$|[\s.,;:!?()"'*_~-])|`([^`\n]+)`/u;

export function parseInline(text: string): Inline[] {
  const found = marked.exec(text);
  if (!found) return text === '' ? [] : [{ kind: 'text', text }];
  const before = text.slice(0, found.index) + (found[1] ?? '');
  const rest = text.slice(found.index + found[0].length);
  const piece: Inline =
    found[4] !== undefined
      ? { kind: 'mono', text: found[4] }
      : { kind: marks[found[2] as keyof typeof marks], children: parseInline(found[3]!) };
  return [...(before === '' ? [] : [{ kind: 'text', text: before } as Inline]), piece, ...parseInline(rest)];
}

/** The text without its marks: for screen readers and list rows. */
export function plainText(text: string): string {
  const inline = (pieces: Inline[]): string =>
    pieces.map((piece) => ('children' in piece ? inline(piece.children) : piece.text)).join('');
  return parseMessage(text)
    .map((block) => {
      if (block.kind === 'mono') return block.text;
      if (block.kind === 'list') return block.items.map(inline).join('\n');
      return inline(block.children);
    })
    .join('\n');
}

const rightToLeft = new Set(['ar', 'fa', 'he', 'ur']);

/** Direction of a template language such as "en_IN" or "ar". */
export function directionOf(language: string): 'ltr' | 'rtl' {
  return rightToLeft.has(language.split(/[_-]/)[0]!.toLowerCase()) ? 'rtl' : 'ltr';
}
