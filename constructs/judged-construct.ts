import { Construct } from "constructs";
import { judgeOnSynthesis } from "./judgement.ts";

/** A construct whose stack is judged when somebody's own program synthesizes it. */
export abstract class JudgedConstruct extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    judgeOnSynthesis(this);
  }
}
