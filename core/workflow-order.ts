import { isNode, type WorkflowNode } from './workflow.ts';

/** The nodes that lead to `root`, each once and after those that it needs. Deep graphs do not use up the stack. */
export function* inOrder(root: WorkflowNode): Generator<WorkflowNode> {
  const done = new Set<WorkflowNode>();
  const stack: { node: WorkflowNode; next: number }[] = [{ node: root, next: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const value = top.node.args[top.next++];
    if (isNode(value)) {
      if (!done.has(value)) stack.push({ node: value, next: 0 });
    } else if (top.next > top.node.args.length) {
      stack.pop();
      if (done.has(top.node)) continue;
      done.add(top.node);
      yield top.node;
    }
  }
}
