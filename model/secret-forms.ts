/** Names whose value is a secret, by their ends, in the manner of Terraform, Azure and connection strings. */
export const SECRET_NAMES =
  /(^|[_.-])(kube_?(admin_?)?config(_raw)?|secret|client_?key|key\.pem|tls\.key|sslKey)$|(pass(word|wd|phrase)|pwd|token|(api|client|shared|account|access|secret|private|primary|secondary|storage|subscription|instrumentation|functions?|host|master|admin)[_-]?(secret|key)([_-]?pem)?|connection_?string|credentials?)$/i;

/** Tokens that say by their form what they are, by words of which each has one. The form is the issuer's. */
const TOKENS: readonly (readonly [words: string, form: RegExp])[] = [
  // JWT and JWE: base64 of `{"`, and more parts. https://www.rfc-editor.org/rfc/rfc7519
  ["eyJ", /eyJ[\w-]{10,}\.[\w-]*(?:\.[\w-]+)*/],
  // GitHub, GitLab, and registries of packages and images
  ["ghp_ gho_ ghu_ ghs_ ghr_", /gh[pousr]_\w{20,}/],
  ["github_pat_", /github_pat_\w{20,}/],
  [
    "glpat- gldt- glrt- glptt- glsoat- glcbt- glagent- gloas- glft- glimt-",
    /gl(?:pat|dt|rt|ptt|soat|cbt|agent|oas|ft|imt)-[\w.-]{20,}/,
  ],
  ["npm_", /npm_[A-Za-z0-9]{30,}/],
  ["pypi-", /pypi-[\w-]{40,}/],
  ["rubygems_", /rubygems_[0-9a-f]{40,}/],
  ["oy2", /oy2[a-z0-9]{43}/],
  ["dckr_", /dckr_(?:pat|oat)_[\w-]{20,}/],
  ["AKCp", /AKCp[A-Za-z0-9]{50,}/],
  // Chats, and the addresses of their webhooks
  ["xox", /xox[a-z](?:\.xox[a-z])?-[\w-]{10,}/],
  ["xapp- xwfp-", /xapp-\d-[\w-]{10,}|xwfp-[\w-]{10,}/],
  ["hooks.slack.com", /(?<=hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]{10,}/],
  ["webhook.office.com", /(?<=webhook\.office\.com\/)[\w@/-]{20,}/],
  ["/api/webhooks/", /(?<=discord(?:app)?\.com\/api\/webhooks\/)[\w/-]{20,}/],
  [":AA", /\d{8,10}:AA[\w-]{32,}/],
  // Entra ID: client secrets and refresh tokens
  ["Q~", /[\w~.-]{3}\dQ~[\w~.-]{30,}/],
  ["0.A 1.A", /(?<![\w.])[01]\.A[\w-]{50,}(?:\.[\w-]+)*/],
  // Azure DevOps
  ["AZDO", /(?<![A-Za-z0-9])[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}/],
  // AWS
  ["A3T AKIA ASIA ABIA ACCA", /(?<![A-Za-z0-9])(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])/],
  ["ABSK", /ABSK[A-Za-z0-9+/]{100,}={0,2}/],
  // Google
  ["AIza", /AIza[\w-]{35}/],
  ["ya29.", /ya29\.[\w-]{20,}/],
  ["GOCSPX-", /GOCSPX-[\w-]{20,}/],
  // HashiCorp
  ["hvs. hvb. hvr.", /hv[sbr]\.[\w-]{20,}/],
  [".atlasv1.", /[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{40,}/],
  // Models, data and clouds
  ["sk-", /(?<![A-Za-z0-9])sk-(?:(?:proj|svcacct|admin|ant|or)-[\w-]{20,}|[A-Za-z0-9]{32,})/],
  ["hf_", /hf_[A-Za-z0-9]{30,}/],
  ["dapi", /dapi[0-9a-f]{32}/],
  ["_v1_", /do[opr]_v1_[0-9a-f]{40,}/],
  // Others that infrastructure is joined with
  ["SG.", /SG\.[\w-]{16,}\.[\w-]{16,}/],
  ["k_live_ k_test_ k_prod_", /(?<![A-Za-z0-9])[rs]k_(?:live|test|prod)_[A-Za-z0-9]{10,}/],
  ["whsec_", /whsec_[A-Za-z0-9+/=]{20,}/],
  ["shpat_ shpca_ shppa_ shpss_", /shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/],
  ["dp.", /(?<!\w)dp\.(?:pt|st|ct|sa)\.[\w.-]{20,}/],
  ["lin_api_", /lin_api_\w{20,}/],
  ["glsa_ glc_", /glsa_\w{20,}|glc_[\w+/=]{20,}/],
  ["NRAK- HRKU- PMAK-", /(?:NRAK|HRKU|PMAK)-[\w-]{20,}/],
  ["ATATT3", /ATATT3[\w=-]{20,}/],
  ["sntrys_ sntryu_", /sntry[su]_[\w+/=-]{20,}/],
];
export const TOKEN = anyOf(TOKENS.map(([, form]) => form));
export const TOKEN_WORDS = new RegExp(TOKENS.flatMap(([words]) => words.replaceAll(".", "\\.").split(" ")).join("|"));

/** Tokens and keys of 52 characters and more that have no such word: Azure DevOps', accounts' of storage, Cosmos DB and Batch. */
export const LONG =
  /(?<![A-Za-z0-9])(?=[a-z]{0,51}[2-7])[a-z2-7]{52}(?![A-Za-z0-9])|(?<![A-Za-z0-9+/=]|sha512[-:=])[A-Za-z0-9+/]{86}==(?!=)/g;

/**
 * Keys of Azure with a fixed part near the end: Service Bus, Event Hubs, Event Grid, IoT Hub, registries, Batch, API Management,
 * Redis, Search, Functions, AI services.
 */
export const KEY =
  /(?<![\w+/])[\w+/-]{32,80}(?:AIoT|AzCa|AzSe|AzFu|AZEG|ACDb|\+(?:ASb|AEh|ARm|ACR|ABa|AMC|ASt))[\w+/-]{5,7}={0,2}(?![\w+/=])|(?<![A-Za-z0-9])[A-Za-z0-9]{40,80}JQQJ9[A-Za-z0-9]{20,}/g;
export const KEY_WORDS = /AIoT|AzCa|AzSe|AzFu|AZEG|ACDb|\+ASb|\+AEh|\+ARm|\+ACR|\+ABa|\+AMC|\+ASt|JQQJ9/;

/** The signature of a shared access signature, and the key of a function, in an address. */
export const SIGNATURE = /(?<=\bsig=)[\w%+/=-]{16,}|(?<=[?&]code=)[\w%+/=-]{20,}/gi;

/** Object identifiers in DER: what a key is of. */
const RSA = "06 09 2a 86 48 86 f7 0d 01 01 ( 01 | 07 | 0a )";
const DH = "06 09 2a 86 48 86 f7 0d 01 03 01";
const EC_OR_DSA = "06 07 2a 86 48 ce ( 3d 02 01 | 38 04 01 | 3e 02 01 )";
const EDWARDS = "06 03 2b 65 6e-71";

/** Bytes of a private key, or of a store of one, wherever they start. `len` is a length in DER. */
export const KEY_BYTES = bytes([
  // PKCS #8: version 0 or 1, and what the key is of. https://www.rfc-editor.org/rfc/rfc5958
  `30 len 02 01 00-01 30 len ( ${RSA} | ${DH} | ${EC_OR_DSA} | ${EDWARDS} )`,
  // PKCS #8 encrypted: by PBES2 and PBES1, and by the schemes of PKCS #12
  "30 len 30 len ( 06 09 2a 86 48 86 f7 0d 01 05 01-0e | 06 0a 2a 86 48 86 f7 0d 01 0c 01 01-06 ) 30",
  // PKCS #1: version 0 and a modulus of 512 bits or more; DSA alike. https://www.rfc-editor.org/rfc/rfc8017
  "30 len 02 01 00 02 ( 40-41 | 81 80-ff | 82 01-08 any )",
  // SEC 1: version 1 and the number. https://www.rfc-editor.org/rfc/rfc5915
  "30 len 02 01 01 04 14-42",
  // PKCS #12: version 3, and data or signed data. https://www.rfc-editor.org/rfc/rfc7292
  "30 len 02 01 03 30 len 06 09 2a 86 48 86 f7 0d 01 07 01-02",
  // OpenSSH, and the two stores of Java
  "6f 70 65 6e 73 73 68 2d 6b 65 79 2d 76 31 00",
  "( fe ed fe ed | ce ce ce ce ) 00 00 00 01-02",
]);

/** Patterns of bytes, for text that has a character for each. */
function bytes(patterns: readonly string[]): RegExp {
  const parts = patterns.join(" | ").split(" ");
  const sources = parts.map((part) => {
    if (part === "len") return "(?:[\\x01-\\x80]|\\x81.|\\x82..|\\x83...)";
    if (part === "any") return ".";
    if (part === "(") return "(?:";
    const [low = "", high = low] = part.split("-");
    return /^[0-9a-f]{2}$/.test(low) ? `[\\x${low}-\\x${high}]` : part;
  });
  return new RegExp(sources.join(""), "s");
}

/** The password in `scheme://user:password@host`, `user:password@tcp(host)` and the like, or a token alone. */
export const IN_ADDRESS = anyOf([
  /(?<=:\/\/[^\s:/"'<>]{0,200}:)(?!\d{1,5}[/?#])[^\s"'<>]{1,1000}(?=@)/,
  /(?<=:\/\/)(?=[\w.~-]*\d)[\w.~-]{20,}(?=@)/,
  /(?<=\bjdbc:oracle:\w{1,10}:[^\s/@]{1,100}\/)[^\s@"']{1,200}(?=@)/,
  /(?<=(?:^|[\s"'=])[\w.-]{1,100}:)[^\s"'@]{1,200}(?=@(?:tcp|unix)\()/,
]);

export const BEARER = /(?<=\bBearer\s{1,3})(?=[\w.~+/-]*\d)[\w.~+/-]{16,}=*/gi;

export const BASIC = /(?<=\bBasic\s{1,3}|"auth"\s{0,3}:\s{0,3}")[A-Za-z0-9+/]{8,}={0,2}/gi;

export const XML_KEY = /(?<=<(?:D|P|Q|DP|DQ|InverseQ)>\s{0,3})[A-Za-z0-9+/=]{16,}/g;

export const JSON_WEB_KEY = /(?<="(?:d|p|q|dp|dq|qi|k)"\s{0,3}:\s{0,3}")[\w-]{16,}/g;

export const AGE = /AGE-SECRET-KEY-1[A-Z0-9]{20,}/gi;

export const PEM =
  /-{0,5}[ \t]{0,5}BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?[\s\S]*?(?:END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?(?:[ \t]{0,5}-{1,5})?|$)|PuTTY-User-Key-File-[\s\S]*/gi;

export const END_OF_PEM = /-{0,5}[ \t]{0,5}END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?(?:[ \t]{0,5}-{1,5})?/gi;

function anyOf(patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join("|"), "g");
}
