/** All that the project takes from cdktf, in one place: its successor CDK Terrain is an edit of this file away. */
export {
  Annotations,
  DISABLE_STACK_TRACE_IN_METADATA,
  Fn,
  Manifest,
  TerraformBackend,
  TerraformDataSource,
  TerraformElement,
  type TerraformMetaArguments,
  TerraformOutput,
  TerraformProvider,
  type TerraformRemoteState,
  TerraformResource,
  TerraformStack,
  TerraformVariable,
} from "cdktf";
export { default as cdktfPackage } from "cdktf/package.json" with { type: "json" };
