import { it } from "vitest";
import { tryRoundTrips } from "../adopted/round-trip.ts";

it("a configuration, as Azure would answer what comes of it, is read again as one of the same resources", () =>
  tryRoundTrips(25));
