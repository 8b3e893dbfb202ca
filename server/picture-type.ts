/** Pictures by their first bytes: what a file or an answer calls itself does not count. */

/** @returns the type of a PNG, JPEG, GIF or WebP; undefined for all else */
export function rasterType(bytes: Buffer): string | undefined {
  const begins = (...hex: string[]) => hex.some((each) => bytes.subarray(0, each.length / 2).toString('hex') === each);
  if (begins('89504e470d0a1a0a')) return 'image/png';
  if (begins('ffd8ff')) return 'image/jpeg';
  if (begins('474946383761', '474946383961')) return 'image/gif';
  if (begins('52494646') && bytes.subarray(8, 12).toString('latin1') === 'WEBP') return 'image/webp';
  return undefined;
}

/** As `rasterType`, and SVG, which may hold scripts: only for files of the operator's own. */
export function pictureType(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 1_000).toString('utf8');
  return rasterType(bytes) ?? (/^\ufeff?\s*(<\?xml|<!--|<svg[\s>])/.test(start) ? 'image/svg+xml' : undefined);
}
