/**
 * The switches for language, scheme and accent live in the address, so that a state can be passed on. The page's own
 * tag is the plain one; a switch that is set takes the widget off again and brings another tag with its attributes.
 */
export function setUpSwitches(): void {
  const chosen = new URLSearchParams(location.search);
  const form = document.querySelector<HTMLFormElement>('.strip-set');
  if (!form) return;
  for (const name of ['language', 'scheme', 'accent']) {
    const field = form.elements.namedItem(name);
    const value = chosen.get(name);
    if (value !== null && (field instanceof HTMLSelectElement || field instanceof RadioNodeList)) field.value = value;
  }
  form.addEventListener('change', () => {
    const next = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      const isDefault = value === '' || value === 'en' || value === '17624f';
      if (!isDefault && typeof value === 'string') next.set(name, value);
    }
    location.search = next.toString();
  });
  // Another page of the shop keeps what was chosen.
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[href^="/"]')) {
    if (link.pathname === location.pathname && link.closest('nav')) link.ariaCurrent = 'page';
    link.search = location.search;
  }

  paint(chosen.get('scheme'));
  if (chosen.size > 0) retag(chosen);
}

function paint(scheme: string | null): void {
  const page = document.documentElement;
  if (scheme) page.dataset['scheme'] = scheme;
  const device = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => page.toggleAttribute('data-dark', scheme ? scheme === 'dark' : device.matches);
  apply();
  device.addEventListener('change', apply);
}

function retag(chosen: URLSearchParams): void {
  const old = document.querySelector<HTMLScriptElement>('script[data-site]');
  if (!old) return;
  const replace = () => {
    window.Baton?.('remove');
    const tag = document.createElement('script');
    tag.src = trusted(old.src);
    tag.dataset['site'] = old.dataset['site'];
    const language = chosen.get('language');
    const accent = chosen.get('accent');
    if (language) tag.dataset['language'] = language;
    if (accent) tag.dataset['accent'] = `#${accent}`;
    document.body.append(tag);
  };
  if (window.Baton) replace();
  else old.addEventListener('load', replace);
}

/** The pages' content policy asks that whoever sets a script's address has said so before. */
function trusted(address: string): string {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy('demo', { createScriptURL: (url) => url });
  return policy ? policy.createScriptURL(address) : address;
}
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}
