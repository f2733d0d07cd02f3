import manifest from "cdktf/package.json" with { type: "json" };

/** All that the project takes from cdktf, in one place: its successor CDK Terrain is an edit of this file away. */
export {
  Annotations,
  Aspects,
  DataResource,
  DISABLE_STACK_TRACE_IN_METADATA,
  Fn,
  type ITerraformDependable,
  Manifest,
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
  Tokenization,
} from "cdktf";

/** Version of cdktf, which goes into what is synthesized. */
export const cdktfVersion: string = manifest.version;
