import { describe } from "vitest";
import { tryKeys } from "../stacks/origin.ts";

describe("every key of the configuration", () => tryKeys(() => true));
