/** All that the project takes from cdktf, in one place: its successor CDK Terrain is an edit of this file away. */
export {
  Annotations,
  DataResource,
  DISABLE_STACK_TRACE_IN_METADATA,
  Fn,
  Manifest,
  Op,
  TerraformBackend,
  TerraformDataSource,
  TerraformElement,
  TerraformLocal,
  type TerraformMetaArguments,
  TerraformOutput,
  TerraformProvider,
  type TerraformRemoteState,
  TerraformResource,
  type TerraformResourceLifecycle,
  TerraformStack,
  TerraformVariable,
  Token,
} from "cdktf";
export { default as cdktfPackage } from "cdktf/package.json" with { type: "json" };
