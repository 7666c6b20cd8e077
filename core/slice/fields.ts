/**
 * The fields of each kind of node that say something about what a program does, in the order in which the normal
 * form has them. What is not here (types, positions, raw text) does not exist for the slicer; a node whose kind is
 * not here is refused.
 */
const FIELDS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    // Expressions
    ThisExpression: [],
    Super: [],
    ArrayExpression: ['elements'],
    ObjectExpression: ['properties'],
    Property: ['kind', 'method', 'key', 'value'],
    SpreadElement: ['argument'],
    FunctionExpression: ['async', 'generator', 'id', 'params', 'body'],
    FunctionDeclaration: ['async', 'generator', 'id', 'params', 'body'],
    ArrowFunctionExpression: ['async', 'params', 'body'],
    UnaryExpression: ['operator', 'argument'],
    UpdateExpression: ['operator', 'prefix', 'argument'],
    BinaryExpression: ['operator', 'left', 'right'],
    LogicalExpression: ['operator', 'left', 'right'],
    AssignmentExpression: ['operator', 'left', 'right'],
    ConditionalExpression: ['test', 'consequent', 'alternate'],
    CallExpression: ['optional', 'callee', 'arguments'],
    NewExpression: ['callee', 'arguments'],
    MemberExpression: ['optional', 'object', 'property'],
    ChainExpression: ['expression'],
    SequenceExpression: ['expressions'],
    TemplateLiteral: ['quasis', 'expressions'],
    TaggedTemplateExpression: ['tag', 'quasi'],
    YieldExpression: ['delegate', 'argument'],
    AwaitExpression: ['argument'],
    ImportExpression: ['source', 'options'],
    MetaProperty: ['meta', 'property'],
    ClassExpression: ['decorators', 'id', 'superClass', 'body'],
    ClassDeclaration: ['decorators', 'id', 'superClass', 'body'],
    ClassBody: ['body'],
    MethodDefinition: ['decorators', 'kind', 'static', 'key', 'value'],
    PropertyDefinition: ['decorators', 'static', 'key', 'value'],
    AccessorProperty: ['decorators', 'static', 'key', 'value'],
    StaticBlock: ['body'],
    Decorator: ['expression'],
    // Patterns
    ArrayPattern: ['elements'],
    ObjectPattern: ['properties'],
    AssignmentPattern: ['left', 'right'],
    RestElement: ['argument'],
    // `accessibility` and `readonly` make a parameter a member; which of them stands there does not matter.
    TSParameterProperty: ['decorators', 'parameter'],
    // Statements
    BlockStatement: ['body'],
    ExpressionStatement: ['directive', 'expression'],
    IfStatement: ['test', 'consequent', 'alternate'],
    ForStatement: ['init', 'test', 'update', 'body'],
    ForInStatement: ['left', 'right', 'body'],
    ForOfStatement: ['await', 'left', 'right', 'body'],
    WhileStatement: ['test', 'body'],
    DoWhileStatement: ['body', 'test'],
    ReturnStatement: ['argument'],
    ThrowStatement: ['argument'],
    TryStatement: ['block', 'handler', 'finalizer'],
    CatchClause: ['param', 'body'],
    SwitchStatement: ['discriminant', 'cases'],
    SwitchCase: ['test', 'consequent'],
    LabeledStatement: ['label', 'body'],
    BreakStatement: ['label'],
    ContinueStatement: ['label'],
    WithStatement: ['object', 'body'],
    VariableDeclaration: ['kind', 'declarations'],
    VariableDeclarator: ['id', 'init'],
    EmptyStatement: [],
    DebuggerStatement: [],
    // TypeScript
    TSEnumDeclaration: ['id', 'body'],
    TSEnumBody: ['members'],
    TSEnumMember: ['id', 'initializer'],
    // JSX
    JSXElement: ['openingElement', 'children'],
    JSXOpeningElement: ['name', 'attributes'],
    JSXFragment: ['children'],
    JSXAttribute: ['name', 'value'],
    JSXSpreadAttribute: ['argument'],
    JSXExpressionContainer: ['expression'],
    JSXSpreadChild: ['expression'],
    JSXEmptyExpression: [],
    JSXMemberExpression: ['object', 'property'],
    JSXNamespacedName: ['namespace', 'name'],
  }),
);

/** The fields that matter of a kind of node; `undefined` for a kind that the slicer does not know. */
export function fieldsOf(type: string): readonly string[] | undefined {
  return FIELDS.get(type);
}
