import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";

/** What is known of a certificate and its key: facts to judge, and never the key. */
export interface CertificateFiles {
  /** The file of the certificate, and why it could not be read. */
  readonly certificateFile: string;
  readonly certificateProblem?: string;
  /** The file of the key, and why it could not be read. */
  readonly keyFile: string;
  readonly keyProblem?: string;
  readonly certificate?: CertificateFacts;
  /** Whether the key is the certificate's; undefined where one of them could not be read. */
  readonly keyMatches?: boolean;
}

export interface CertificateFacts {
  readonly subject: string;
  /** ISO dates. */
  readonly validFrom: string;
  readonly validTo: string;
  readonly isSelfSigned: boolean;
  /** Who issued the last certificate of the file, where that one is missing; undefined where the chain is whole. */
  readonly missingIssuer?: string;
  /** Whether it is good for a host name. */
  covers(host: string): boolean;
}

/** Text of a file, or why there is none. */
export type FileContent = { readonly bytes: Uint8Array } | { readonly problem: string };

/** Reads PEM text as Azure ML takes it: the certificate with its chain, and the key without a passphrase. */
export function readCertificateFiles(files: {
  certificateFile: string;
  certificate: FileContent;
  keyFile: string;
  key: FileContent;
}): CertificateFiles {
  const { certificateFile, keyFile } = files;
  const chain = attempt(files.certificate, readChain);
  const key = attempt(files.key, readKey);
  return {
    certificateFile,
    keyFile,
    ...("problem" in chain ? { certificateProblem: chain.problem } : { certificate: factsOf(chain.value) }),
    ...("problem" in key ? { keyProblem: key.problem } : {}),
    ...("value" in chain && "value" in key
      ? { keyMatches: (chain.value[0] as X509Certificate).checkPrivateKey(key.value) }
      : {}),
  };
}

type Result<T> = { readonly value: T } | { readonly problem: string };

function attempt<T>(content: FileContent, read: (text: string) => Result<T>): Result<T> {
  if ("problem" in content) return content;
  if (content.bytes.length === 0) return { problem: "is empty" };
  // ASN.1 starts with a sequence of a long length.
  if (content.bytes[0] === 0x30 && (content.bytes[1] ?? 0) >= 0x80)
    return { problem: "is in binary form (DER or PKCS #12): convert it to PEM text with openssl" };
  return read(new TextDecoder("latin1").decode(content.bytes));
}

/** A chain has a few, and each is compared with each, for they may stand in any order. */
const MAX_CHAIN = 100;

function readChain(text: string): Result<readonly X509Certificate[]> {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0)
    return {
      problem: `holds no PEM certificate${/PRIVATE KEY-----/.test(text) ? ", but a private key: are the files swapped?" : ""}`,
    };
  if (blocks.length > MAX_CHAIN)
    return { problem: `holds ${blocks.length} certificates: keep your own and those that it was issued by` };
  try {
    return { value: blocks.map((block) => new X509Certificate(block)) };
  } catch {
    return { problem: "holds a certificate that cannot be parsed" };
  }
}

function readKey(text: string): Result<KeyObject> {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    return {
      problem: `holds no PEM private key${/BEGIN CERTIFICATE/.test(text) ? ", but a certificate: are the files swapped?" : ""}`,
    };
  if (/ENCRYPTED/.test(text))
    return { problem: "has a passphrase, which Azure ML does not take: write it without one" };
  try {
    return { value: createPrivateKey(text) };
  } catch {
    return { problem: "holds a private key that cannot be parsed" };
  }
}

function factsOf(chain: readonly X509Certificate[]): CertificateFacts {
  const leaf = chain[0] as X509Certificate;
  return {
    subject: oneLine(leaf.subject),
    validFrom: isoDate(leaf.validFrom),
    validTo: isoDate(leaf.validTo),
    isSelfSigned: isIssuedBy(leaf, leaf),
    missingIssuer: missingIssuer(leaf, chain),
    covers: (host) => leaf.checkHost(host) !== undefined,
  };
}

/** Follows the issuers through the file up to one that signs itself, or that everybody knows. */
function missingIssuer(leaf: X509Certificate, chain: readonly X509Certificate[]): string | undefined {
  const left = new Set(chain);
  for (let current = leaf; ; ) {
    left.delete(current);
    if (isIssuedBy(current, current)) return undefined;
    const issuer = [...left].find((candidate) => isIssuedBy(current, candidate));
    if (!issuer) {
      // The leaf's own issuer must be there, even where it is a root.
      const isKnown = current !== leaf && rootCertificates.some((pem) => isIssuedBy(current, new X509Certificate(pem)));
      return isKnown ? undefined : oneLine(current.issuer);
    }
    current = issuer;
  }
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function isoDate(text: string): string {
  return new Date(text).toISOString().slice(0, 10);
}

function oneLine(name: string): string {
  return name.replaceAll("\n", ", ");
}
