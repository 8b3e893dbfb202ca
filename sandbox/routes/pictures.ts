import { randomBytes } from 'node:crypto';
import type { Router } from 'express';
import { ApiError, endpoint, person, refuse } from '../http.ts';
import type { Parts } from '../http.ts';
import type { User } from '../model.ts';
import { profile } from '../shapes/people.ts';
import type { State } from '../state.ts';

/** As Chatwoot takes them. */
const types = ['image/png', 'image/jpeg', 'image/gif'];
const largest = 15 * 1024 * 1024;

/** Gives somebody a picture; the address of the one before is dead from then on. */
export function setPicture(state: State, user: User, name: string, content_type: string, bytes: Buffer): User {
  if (user.picture) state.remove('file', user.picture.file_id);
  const file = state.put('file', { id: state.nextId('file'), content_type, bytes: bytes.toString('base64') });
  return state.put('user', {
    ...user,
    picture: { key: randomBytes(14).toString('base64url'), name, file_id: file.id },
  });
}

/** People's own pictures: set, taken away, and read without a token over two addresses. */
export function pictures(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const mine = (user: User) =>
    profile(user, {
      account: desk.account(),
      status: desk.statusOf(user),
      version: desk.switches.chatwoot,
      base: desk.baseUrl(),
    });

  router.put(
    '/api/v1/profile',
    endpoint(parts, 'person', (call) => {
      const [upload] = call.uploads;
      if (!upload) return mine(person(call));
      if (!types.includes(upload.type)) throw refuse.invalid('Avatar filetype not supported', ['avatar']);
      if (upload.bytes.length > largest) throw refuse.invalid('Avatar is too big', ['avatar']);
      return mine(setPicture(state, person(call), upload.name, upload.type, upload.bytes));
    }),
  );
  router.delete(
    '/api/v1/profile/avatar',
    endpoint(parts, 'person', (call) => {
      const user = person(call);
      if (!user.picture) throw new ApiError(404, { error: 'Resource could not be found' });
      state.remove('file', user.picture.file_id);
      return mine(state.put('user', { ...user, picture: undefined }));
    }),
  );

  // Real ones are made smaller on the way, to 250 pixels; here they are that small already.
  const storage = '/rails/active_storage';
  const find = (key: string) => state.all('user').find(({ picture }) => picture?.key === key)?.picture;
  router.get(`${storage}/representations/redirect/:key/:name`, (request, response) => {
    const { key, name } = request.params;
    if (!find(key)) return void response.status(404).end();
    response
      .status(302)
      .set('location', `${desk.baseUrl()}${storage}/disk/${key}/${encodeURIComponent(name)}`)
      .end();
  });
  router.get(`${storage}/disk/:key/:name`, (request, response, next) => {
    const found = find(request.params.key);
    const file = state.get('file', found?.file_id);
    if (!file) return next();
    response.type(file.content_type).send(Buffer.from(file.bytes, 'base64'));
  });
}
