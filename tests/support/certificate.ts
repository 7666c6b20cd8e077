/** A certificate that signs itself, made by OpenSSL. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPrograms } from './find-program.ts';

const [program] = findPrograms(['openssl']);

/** Whether there is an openssl. CI must have one. */
export const hasOpenssl: boolean = process.env['CI'] !== undefined || program !== undefined;

/** A key and its certificate, as PEM, and the certificate's file. */
export interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
  readonly file: string;
}

/** Makes one for the name `somen`, in a folder. */
export function makeCertificate(folder: string): Certificate {
  if (program === undefined) throw new Error('Cannot make a certificate: there is no openssl (Debian: openssl)');
  const [key, file] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync(program, ['req', '-x509', ...kind, '-subj', '/CN=somen', '-keyout', key, '-out', file], {
    stdio: 'ignore',
  });
  return { key: readFileSync(key), cert: readFileSync(file), file };
}
