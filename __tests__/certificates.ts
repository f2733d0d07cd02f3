import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto as never);

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

export interface Issued {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

export interface IssueOptions {
  readonly name: string;
  readonly host?: string;
  /** Default: itself. */
  readonly issuer?: Issued;
  readonly validTo?: string;
  readonly validFrom?: string;
}

let serial = 0;

/** Makes a key pair and a certificate for it. */
export async function issue({
  name,
  host,
  issuer,
  validFrom = "2020-01-01",
  validTo = "2090-01-01",
}: IssueOptions): Promise<Issued> {
  const keys = (await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
  serial++;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial.toString(16).padStart(4, "0"),
    subject: `CN=${name}`,
    issuer: issuer?.certificate.subject ?? `CN=${name}`,
    notBefore: new Date(validFrom),
    notAfter: new Date(validTo),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: issuer?.keys.privateKey ?? keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(host === undefined, undefined, true),
      ...(host === undefined ? [] : [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: host }])]),
    ],
  });
  return { certificate, keys };
}

/** PEM text of certificates, in this order. */
export function pemOf(...issued: readonly Issued[]): string {
  return `${issued.map(({ certificate }) => certificate.toString("pem")).join("\n")}\n`;
}

/** PEM text of the private key. */
export async function keyOf({ keys }: Issued): Promise<string> {
  return `${x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY")}\n`;
}
