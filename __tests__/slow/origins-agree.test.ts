import { tryOrigins } from "../origins-agree.ts";

tryOrigins(["failing", "passing", "unknown"]);
