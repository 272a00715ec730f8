/** The mark: a pulse on the one blue. */
export function Logo() {
  return (
    <svg className="tp-logo" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <rect width="20" height="20" rx="5" />
      <path d="M3.500 10.500h3L8.600 5l3 10 2-4.500h2.900" />
    </svg>
  );
}
