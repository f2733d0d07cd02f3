import { tryOrigins } from "./origins-agree.ts";

// One of each rule; all of them, what passes and what is not known: `npm run test:slow`.
tryOrigins(["failing"], 1);
