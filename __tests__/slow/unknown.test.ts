import { expect, it } from "vitest";
import { RULES } from "../../rules/catalogue.ts";
import { ALTERNATIVES, placesOf, wrongAnswers } from "../rules/outcome.ts";

it("no rule gives a pass or a failure where what is not known decides: every place, with every value", () => {
  const places = placesOf(RULES);
  expect(places.length).toBeGreaterThan(5000);
  expect(places.flatMap((place) => wrongAnswers(place, ALTERNATIVES))).toEqual([]);
});
