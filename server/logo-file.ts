import { readFileSync } from 'node:fs';
import { pictureType } from './picture-type.ts';

/** The picture in a bot's square: an address that browsers load it from, or a file that the relay serves. */

/** Bytes. It is drawn at 40 pixels. */
const longest = 100 * 1024;

export const isAddress = (logo: string): boolean => /^https?:\/\//i.test(logo);

/** @param path where the file is */
export function readLogo(path: string): { bytes: Buffer; type: string } {
  const bytes = readFileSync(path);
  const type = pictureType(bytes);
  if (!type) throw new TypeError('is no PNG, JPEG, GIF, WebP or SVG');
  return { bytes, type };
}

/** @returns what is wrong with it, to stand behind the setting's name */
export function wrongLogo(logo: string, path: string): string | undefined {
  if (isAddress(logo))
    return URL.canParse(logo) ? undefined : `should be an address such as https://shop.example/logo.png, not ${logo}`;
  try {
    const { bytes } = readLogo(path);
    if (bytes.length <= longest) return undefined;
    return `names ${logo}, which has ${Math.ceil(bytes.length / 1024)} KB: ${longest / 1024} KB at most, and a square`;
  } catch (error) {
    if (error instanceof TypeError) return `names ${logo}, which ${error.message}`;
    return `names ${logo}, which cannot be read: write a path relative to this file, or an address that begins with https://`;
  }
}
