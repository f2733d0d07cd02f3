import { type Document, isMap, isScalar, isSeq } from "yaml";

/** Puts a comment at a value: behind a text, and before the first key or item of a map or list. */
export function comment(document: Document, path: readonly (string | number)[], text: string): void {
  const node = document.getIn(path, true);
  if (isScalar(node)) node.comment = node.comment ? `${node.comment}; ${text}` : ` ${text}`;
  const first = isMap(node) ? node.items[0]?.key : isSeq(node) ? node.items[0] : undefined;
  if (isScalar(first)) first.commentBefore = first.commentBefore ? `${first.commentBefore}\n ${text}` : ` ${text}`;
}
