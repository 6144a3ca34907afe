// An authenticator app: six digits of RFC 6238 from the key that the enrolment shows.
import { createHmac } from 'node:crypto';

const stepSeconds = 30;

export class Authenticator {
  private readonly key: string;
  private spent: number;

  constructor(key: string, spent: number) {
    this.key = key;
    this.spent = spent;
  }

  /** A code that was not used yet: each serves once. That of the next step serves too; beyond it the clock is waited for. */
  async code(): Promise<string> {
    this.spent = Math.max(Math.floor(Date.now() / 1000 / stepSeconds), this.spent + 1);
    const ahead = (this.spent - 1) * stepSeconds * 1000 - Date.now();
    if (ahead > 0) await new Promise((resolve) => setTimeout(resolve, ahead));
    return digits(this.key, this.spent);
  }
}

function digits(key: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', base32(key)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

function base32(text: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const letter of text.toUpperCase().replace(/[^A-Z2-7]/g, ''))
    bits += alphabet.indexOf(letter).toString(2).padStart(5, '0');
  return Buffer.from(bits.match(/[01]{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
}
