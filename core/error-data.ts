/** Errors as data: what of them is kept, and an error of its class again. */

const ERROR_CLASSES: ReadonlyMap<string, ErrorConstructor> = new Map(
  Object.entries({ EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError }),
);

/** Own members of an error that travel with it: enumerable ones, and the standard ones that are not. */
export function errorMembers(error: Error): Record<string, unknown> {
  const members: Record<string, unknown> = Object.fromEntries(Object.entries(error));
  delete members['name'];
  delete members['stack'];
  if ('cause' in error) members['cause'] = error.cause;
  if (error instanceof AggregateError) members['errors'] = error.errors;
  return members;
}

/** An error with its class where that is a standard one, else an `Error` of that name. */
export function makeError(name: string, message: string, members: Readonly<Record<string, unknown>>): Error {
  const { cause, errors, ...own } = members;
  const options = 'cause' in members ? { cause } : undefined;
  const error = Array.isArray(errors)
    ? new AggregateError(errors, message, options)
    : new (ERROR_CLASSES.get(name) ?? Error)(message, options);
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  return Object.assign(error, own);
}
