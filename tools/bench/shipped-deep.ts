import { DEEP_BINDINGS } from "./deep-bindings.ts";
import { synthesizeShipped } from "./shipped.ts";

/** As fast as a program by hand gets: compiled, and each binding by its deep path. */
synthesizeShipped(DEEP_BINDINGS, process.argv[2] as string);
