// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { askPasskey, makePasskey, passkeysWork } from './passkey';

const ceremony = JSON.stringify({ publicKey: { challenge: 'abc' } });
const credentials = { get: vi.fn(), create: vi.fn() };

beforeEach(() => {
  vi.stubGlobal(
    'PublicKeyCredential',
    Object.assign(() => {}, {
      parseRequestOptionsFromJSON: (json: object) => ({ read: 'request', ...json }),
      parseCreationOptionsFromJSON: (json: object) => ({ read: 'creation', ...json }),
    }),
  );
  Object.defineProperty(navigator, 'credentials', { value: credentials, configurable: true });
});
afterEach(() => vi.unstubAllGlobals());

it('hands the server what the browser gave', async () => {
  credentials.get.mockResolvedValue({ toJSON: () => ({ id: 'k1' }) });
  expect(await askPasskey(ceremony)).toEqual({ response: '{"id":"k1"}' });
  expect(credentials.get).toHaveBeenCalledWith({ publicKey: { read: 'request', challenge: 'abc' } });
});

it('makes a new one by the creation options', async () => {
  credentials.create.mockResolvedValue({ toJSON: () => ({ id: 'k2' }) });
  expect(await makePasskey(ceremony)).toEqual({ response: '{"id":"k2"}' });
  expect(credentials.create).toHaveBeenCalledWith({ publicKey: { read: 'creation', challenge: 'abc' } });
});

it.each([
  ['NotAllowedError', 'CANCELLED'],
  ['AbortError', 'CANCELLED'],
  ['InvalidStateError', 'KNOWN'],
  ['SecurityError', 'FAILED'],
])('tells %s as %s', async (name, failed) => {
  credentials.create.mockRejectedValue(new DOMException('no', name));
  expect(await makePasskey(ceremony)).toEqual({ failed });
});

it('fails on options that are no JSON instead of throwing', async () => {
  expect(await askPasskey('<html>')).toEqual({ failed: 'FAILED' });
});

it('knows a browser without passkeys', () => {
  expect(passkeysWork()).toBe(true);
  vi.stubGlobal('PublicKeyCredential', undefined);
  expect(passkeysWork()).toBe(false);
});
