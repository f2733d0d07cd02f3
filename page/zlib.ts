import { Gunzip, Unzlib } from "fflate";

/**
 * What is used of `node:zlib`, for browsers: the bundle of the page has this in its place. Both throw RangeError, as
 * Node does, where more comes out than is allowed.
 */
export interface Options {
  readonly maxOutputLength?: number;
  readonly finishFlush?: number;
}

/** The one that is used: takes also what is cut off. */
export const constants = { Z_SYNC_FLUSH: 2 } as const;

export function gunzipSync(bytes: Uint8Array, options?: Options): Buffer {
  return unpacked(new Gunzip(), bytes, options);
}

export function inflateSync(bytes: Uint8Array, options?: Options): Buffer {
  return unpacked(new Unzlib(), bytes, options);
}

function unpacked(stream: Gunzip | Unzlib, bytes: Uint8Array, options: Options = {}): Buffer {
  const { maxOutputLength = Number.POSITIVE_INFINITY, finishFlush } = options;
  const chunks: Uint8Array[] = [];
  let length = 0;
  stream.ondata = (chunk) => {
    length += chunk.length;
    if (length > maxOutputLength)
      throw Object.assign(new RangeError("more comes out than is allowed"), { code: "ERR_BUFFER_TOO_LARGE" });
    chunks.push(chunk);
  };
  // In pieces: one alone could unpack to a thousand times its size at once.
  for (let at = 0; at < bytes.length; at += PIECE) {
    const isLast = at + PIECE >= bytes.length && finishFlush !== constants.Z_SYNC_FLUSH;
    stream.push(bytes.subarray(at, at + PIECE), isLast);
  }
  return Buffer.concat(chunks, length);
}

const PIECE = 65_536;
