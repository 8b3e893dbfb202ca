import type { File } from '../../../../shared/message.ts';
import { visible } from '../../../words.ts';
import type { Attachment } from '../http/shapes.ts';

const byExtension: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
  mp4: 'video/mp4',
  webm: 'video/webm',
};

/** A file that an agent sent. 4.10 does not tell its type: it is read off the name. */
export function fileOf({ data_url, content_type, file_size }: Attachment): File[] {
  if (!data_url || !URL.canParse(data_url)) return [];
  const name = nameIn(new URL(data_url).pathname);
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const type = content_type || byExtension[extension] || 'application/octet-stream';
  const size = file_size !== null && file_size !== undefined && file_size >= 0 ? { size: Math.round(file_size) } : {};
  return [{ name, type, ...size, url: data_url }];
}

function nameIn(path: string): string {
  const last = path.split('/').at(-1) ?? '';
  try {
    // A name with a control that turns the direction of reading ends otherwise than it seems to.
    return visible(decodeURIComponent(last)).replace(/\p{Cc}/gu, '') || 'file';
  } catch {
    return last || 'file';
  }
}
