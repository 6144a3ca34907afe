// Compresses the built files once, so that the server never has to.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = new URL('../dist', import.meta.url).pathname;
const compressible = /\.(js|css|html|svg|json)$/;
/** Smaller files gain nothing. */
const smallest = 512;

let before = 0;
let after = 0;
for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (!compressible.test(name)) continue;
  const path = join(dist, name);
  const content = readFileSync(path);
  if (content.length < smallest) continue;
  const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  writeFileSync(`${path}.br`, brotli);
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  before += content.length;
  after += brotli.length;
}
writeFileSync(join(dist, '.gitkeep'), '');
console.log(`precompressed ${Math.round(before / 1024)} KiB to ${Math.round(after / 1024)} KiB of brotli`);
