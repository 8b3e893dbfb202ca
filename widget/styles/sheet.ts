/** Adds styles to a shadow root. A constructed sheet needs no permission from the page's content policy. */
export function adoptStyles(root: ShadowRoot, css: string): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets.push(sheet);
  } catch {
    // Safari before 16.4
    const style = document.createElement('style');
    style.textContent = css;
    root.append(style);
  }
}
