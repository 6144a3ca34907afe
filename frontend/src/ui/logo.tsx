/** The mark: a P leaning into the wind. Its colours are fixed, so it stays itself in both schemes. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#4049cf" />
      <path
        d="M12.2 8h7.1c3.6 0 6.2 2.4 6.2 5.8s-2.6 5.9-6.2 5.9h-4.2L14 25h-3.9l3.4-14.6h-1.9z M15.9 16.6h3c1.8 0 3.1-1.1 3.1-2.8 0-1.6-1.2-2.7-3-2.7h-2z"
        fill="#fff"
        fillRule="evenodd"
      />
      <path d="M4.5 12.2h6.2M6 16h4M3.4 19.8h5.7" stroke="#ff7a4f" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
