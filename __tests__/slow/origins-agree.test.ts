import { tryOrigins } from "../origins-agree.ts";

tryOrigins(["passing", "unknown"]);
