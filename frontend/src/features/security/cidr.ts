/** A first check of what was typed; the server parses it again and its word counts. */
export function looksLikeCidr(text: string): boolean {
  const [address = '', prefix, ...rest] = text.trim().split('/');
  if (rest.length > 0) return false;
  if (address.includes(':')) return isIpv6(address) && isPrefix(prefix, 128);
  const octets = address.split('.');
  return (
    octets.length === 4 &&
    octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) <= 255) &&
    isPrefix(prefix, 32)
  );
}

function isPrefix(prefix: string | undefined, most: number): boolean {
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= most);
}

function isIpv6(address: string): boolean {
  const groups = address.split(':');
  const gaps = address.split('::').length - 1;
  return (
    gaps <= 1 &&
    !address.includes(':::') &&
    groups.every((group) => /^[0-9a-fA-F]{0,4}$/.test(group)) &&
    (gaps === 1 ? groups.length <= 9 : groups.length === 8)
  );
}

/** A single address as the network that holds only it. */
export function networkOf(address: string): string {
  if (address.includes('/')) return address;
  return address.includes(':') ? `${address}/128` : `${address}/32`;
}
