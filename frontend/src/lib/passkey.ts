/** What came of asking the browser for its part of a passkey ceremony. */
export type PasskeyOutcome =
  /** The credential as JSON, for the server. */
  | { response: string }
  /** CANCELLED: the person closed the dialog or let it run out. KNOWN: this device is enrolled already. */
  | { failed: 'CANCELLED' | 'KNOWN' | 'FAILED' };

/** Whether this browser can take part: passkeys need a secure origin and a recent browser. */
export function passkeysWork(): boolean {
  return typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;
}

/** Asks for one of the person's passkeys. options is the server's JSON, as PasskeyCeremony gives it. */
export function askPasskey(options: string): Promise<PasskeyOutcome> {
  return outcome(() => {
    const { publicKey } = JSON.parse(options) as { publicKey: PublicKeyCredentialRequestOptionsJSON };
    return navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey),
    });
  });
}

/** Has the device make a new passkey. */
export function makePasskey(options: string): Promise<PasskeyOutcome> {
  return outcome(() => {
    const { publicKey } = JSON.parse(options) as { publicKey: PublicKeyCredentialCreationOptionsJSON };
    return navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey),
    });
  });
}

const reasons: Record<string, 'CANCELLED' | 'KNOWN'> = {
  NotAllowedError: 'CANCELLED',
  AbortError: 'CANCELLED',
  InvalidStateError: 'KNOWN',
};

async function outcome(ceremony: () => Promise<Credential | null>): Promise<PasskeyOutcome> {
  try {
    const credential = await ceremony();
    return credential ? { response: JSON.stringify(credential) } : { failed: 'CANCELLED' };
  } catch (error) {
    return { failed: reasons[(error as DOMException).name] ?? 'FAILED' };
  }
}
