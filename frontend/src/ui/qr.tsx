import { QRCodeSVG } from 'qrcode.react';

/** Drawn in the page: the secret goes to nobody. Always dark on white, as cameras want it. */
export function QrCode({ value, label }: { value: string; label: string }) {
  return (
    <div style={{ background: '#fff', padding: 14, borderRadius: 12, width: 'fit-content', lineHeight: 0 }}>
      <QRCodeSVG value={value} size={176} level="M" title={label} role="img" aria-label={label} />
    </div>
  );
}
