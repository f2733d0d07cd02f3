import { it } from "vitest";
import { tryRoundTrips } from "./round-trip.ts";

// More of them: `npm run test:slow`.
it("a configuration, as Azure would answer what comes of it, is read again as one of the same resources", () =>
  tryRoundTrips(2));
