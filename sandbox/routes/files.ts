import { randomBytes } from 'node:crypto';
import { extname } from 'node:path';
import type { Router } from 'express';
import { conversationOf, endpoint, refuse } from '../http.ts';
import type { Call, Parts, Upload } from '../http.ts';
import type { Desk } from '../desk.ts';
import type { Attachment, StoredFile } from '../model.ts';
import { attachment, sender } from '../shapes/message.ts';
import { seconds } from '../values.ts';

/** Files in messages: taken, listed, and read without a token over two addresses. @see the recordings of scenes 05 and 28 */
export function files(router: Router, parts: Parts): void {
  const { desk } = parts;
  const account = '/api/v1/accounts/:account';

  router.post(
    `${account}/upload`,
    endpoint(parts, 'person', (call) => {
      const [upload] = call.uploads;
      if (!upload) throw refuse.error('No file or URL provided');
      const key = newKey();
      desk.state.put('file', { ...store(desk, upload), blob: { key, name: upload.name } });
      const file_url = `${desk.baseUrl()}${storage}/blobs/redirect/${key}/${encodeURIComponent(upload.name)}`;
      return { file_url, blob_id: key };
    }),
  );
  router.get(
    `${account}/conversations/:id/attachments`,
    endpoint(parts, 'person', (call) => {
      const all = desk.state.messagesOf(conversationOf(call).id).flatMap((message) =>
        message.attachments.map((file) => {
          const { account_id: _account, content_type: _type, ...shown } = attachment(desk, message, file);
          return {
            ...shown,
            created_at: seconds(message.created_at),
            sender: sender(desk, message, 'request') ?? null,
          };
        }),
      );
      return { meta: { total_count: all.length }, payload: all.slice(0, 100) };
    }),
  );

  const attached = (key: string) =>
    desk.state
      .all('message')
      .flatMap((one) => one.attachments)
      .find((one) => one.key === key);
  router.get(`${storage}/blobs/redirect/:key/:name`, (request, response) => {
    const { key, name } = request.params;
    if (!attached(key)) return void response.status(404).end();
    const location = `${desk.baseUrl()}${storage}/disk/${key}/${encodeURIComponent(name)}`;
    response.status(302).set({ location, 'cache-control': 'max-age=300, private' }).end();
  });
  router.get(`${storage}/disk/:key/:name`, (request, response) => {
    const found = attached(request.params.key);
    const file = desk.state.get('file', found?.file_id);
    if (!found || !file) return void response.status(404).end();
    // what visitors send is shown to nobody as a page of this origin
    const how = shownInline.has(file.content_type) ? 'inline' : 'attachment';
    response.set({
      'content-disposition': `${how}; filename*=UTF-8''${encodeURIComponent(found.name)}`,
      'x-content-type-options': 'nosniff',
    });
    const type = asProgram.has(file.content_type) ? 'application/octet-stream' : file.content_type;
    response.type(type).send(Buffer.from(file.bytes, 'base64'));
  });
}

const storage = '/rails/active_storage';

const shownInline = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/bmp', 'application/pdf']);

/** Never shown as what they are, for a browser would run them. */
const asProgram = new Set(['text/html', 'image/svg+xml', 'application/xhtml+xml', 'text/xml', 'application/xml']);

/** The files of a request: sent along, or named by the id of an upload. @throws ApiError in Chatwoot's words */
export function attachmentsOf({ desk, uploads, body }: Call): Attachment[] {
  const named = (Array.isArray(body['attachments']) ? body['attachments'] : []).map((id) => {
    const file = desk.state.all('file').find(({ blob }) => blob?.key === id);
    if (!file?.blob) throw refuse.error('mismatched digest');
    return attach(desk, file, file.blob);
  });
  return [
    ...uploads.map((upload) => attach(desk, store(desk, upload), { key: newKey(), name: upload.name })),
    ...named,
  ];
}

const newKey = () => randomBytes(24).toString('base64url');

const store = ({ state }: Desk, { type, bytes }: Upload): StoredFile =>
  state.put('file', { id: state.nextId('file'), content_type: type, bytes: bytes.toString('base64') });

function attach({ state }: Desk, file: StoredFile, { key, name }: { key: string; name: string }): Attachment {
  return {
    id: state.nextId('attachment'),
    file_type: kindOf(file.content_type),
    content_type: file.content_type,
    extension: extname(name).slice(1) || null,
    name,
    file_size: Buffer.byteLength(file.bytes, 'base64'),
    file_id: file.id,
    key,
  };
}

const pictures = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/bmp', 'image/webp']);

function kindOf(type: string): Attachment['file_type'] {
  const [main] = type.split('/');
  if (main === 'audio' || main === 'video') return main;
  return pictures.has(type) ? 'image' : 'file';
}
