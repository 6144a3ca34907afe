interface Entry {
  current: boolean;
  factors: string[];
}

/** Whether the person got in by a recovery code and has shown no other factor since: then a new one is due. */
export function recovered(sessions: Entry[]): boolean {
  const factors = sessions.find((one) => one.current)?.factors ?? [];
  return factors.includes('recovery') && !factors.includes('otp') && !factors.includes('hwk');
}
