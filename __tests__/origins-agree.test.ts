import { tryOrigins } from "./origins-agree.ts";

// What passes and what is not known: `npm run test:slow`.
tryOrigins(["failing"]);
