// What a browser says of itself, in the two words that a person recognises: the browser and the system.

/** Order matters: nearly every browser also claims to be those below it. */
const browsers: [string, RegExp][] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\/(\d+)/],
  ['Opera', /\bOPR\/(\d+)/],
  ['Samsung Internet', /\bSamsungBrowser\/(\d+)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /\b(?:Headless)?Chrom(?:e|ium)\/(\d+)/],
  ['Chrome', /\bCriOS\/(\d+)/],
  ['Safari', /\bVersion\/(\d+)[\d.]* (?:Mobile\/\S+ )?Safari\//],
  ['curl', /^curl\/(\d+)/],
];

const systems: [string, RegExp][] = [
  ['Android', /\bAndroid\b/],
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
];

export interface Agent {
  /** With its major version, such as "Firefox 146". */
  browser: string | null;
  system: string | null;
}

export function readAgent(header: string): Agent {
  const browser = browsers
    .map(([name, pattern]) => ({ name, version: pattern.exec(header)?.[1] }))
    .find((one) => one.version);
  const system = systems.find(([, pattern]) => pattern.test(header));
  return { browser: browser ? `${browser.name} ${browser.version}` : null, system: system?.[0] ?? null };
}
