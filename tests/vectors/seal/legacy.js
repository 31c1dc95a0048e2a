// Writes legacy.json: texts in the three older formats, made with another implementation of AES-GCM.
//   node legacy.js > legacy.json
const crypto = require('crypto');

// Not random, so that the file can be made again.
const bytes = (seed, length) => crypto.createHash('sha512').update(seed).digest().subarray(0, length);

function gcm(key, iv, text) {
  const cipher = crypto.createCipheriv('aes-256-gcm', key, iv);
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return { iv, tag: cipher.getAuthTag(), ciphertext };
}
const packed = ({ iv, tag, ciphertext }) => Buffer.concat([iv, tag, ciphertext]).toString('base64');
const coloned = ({ iv, tag, ciphertext }) => [iv, tag, ciphertext].map((part) => part.toString('hex')).join(':');

const digits = bytes('key', 32).toString('hex');
const long = 'a text of more than thirty-two bytes as the key';
const body = JSON.stringify({ accountSid: 'AC' + bytes('sid', 16).toString('hex'), authToken: bytes('token', 16).toString('hex') });
const scrypt = crypto.scryptSync('passphrase', 'salt', 32);

const control = packed(gcm(Buffer.from(long).subarray(0, 32), bytes('iv1', 12), body));
const dashboard = coloned(gcm(Buffer.from(digits, 'hex'), bytes('iv2', 16), body));
const byoc = coloned(gcm(Buffer.from(digits, 'hex'), bytes('iv3', 12), body));
const hashed = coloned(gcm(crypto.createHash('sha256').update('change-me').digest(), bytes('iv4', 12), body));
const derived = coloned(gcm(scrypt, bytes('iv5', 16), body));
const changed = (text) => text.slice(0, -4) + (text.at(-4) === '0' ? '1' : '0') + text.slice(-3);
const opens = (what, format, setting, text) => ({ what, format, setting, text, plaintext: body });
const fails = (what, format, setting, text, error) => ({ what, format, setting, text, error });

console.log(JSON.stringify([
  opens('control plane', 'control_plane', long, control),
  opens('control plane, white space around', 'control_plane', long, `  ${control}\n`),
  fails('control plane, short key', 'control_plane', 'change-me', control, 'ShortKey'),
  fails('control plane, another key', 'control_plane', digits, control, 'Tag'),
  fails('control plane, not base64', 'control_plane', long, '!' + control, 'Form'),
  fails('control plane, too short', 'control_plane', long, Buffer.alloc(27).toString('base64'), 'Form'),
  opens('dashboard', 'dashboard', digits, dashboard),
  opens('dashboard, upper case', 'dashboard', digits.toUpperCase(), dashboard.toUpperCase()),
  opens('dashboard, a passphrase derived before', 'dashboard', scrypt.toString('hex'), derived),
  fails('dashboard, a passphrase', 'dashboard', 'passphrase', derived, 'DerivedKey'),
  fails('dashboard, changed', 'dashboard', digits, changed(dashboard), 'Tag'),
  fails('dashboard, an IV of 12 bytes', 'dashboard', digits, byoc, 'Form'),
  opens('byoc', 'byoc', digits, byoc),
  opens('byoc, a passphrase', 'byoc', 'change-me', hashed),
  fails('byoc, another passphrase', 'byoc', 'change-you', hashed, 'Tag'),
  fails('byoc, an IV of 16 bytes', 'byoc', digits, dashboard, 'Form'),
  fails('byoc, two parts', 'byoc', digits, byoc.split(':').slice(0, 2).join(':'), 'Form'),
  fails('byoc, four parts', 'byoc', digits, byoc + ':00', 'Form'),
  fails('byoc, an odd number of digits', 'byoc', digits, byoc + '0', 'Form'),
  fails('byoc, a short tag', 'byoc', digits, byoc.replace(/:[0-9a-f]{32}:/, ':00:'), 'Form'),
  fails('an envelope of today', 'byoc', digits, 'VLC1', 'Form'),
], null, 1));
