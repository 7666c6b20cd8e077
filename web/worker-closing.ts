declare const self: DedicatedWorkerGlobalScope;

/** Browsers tell nobody when a worker closes itself. */
export function tellWhenClosed(leaving: () => void): void {
  const close = self.close.bind(self);
  self.close = () => {
    leaving();
    close();
  };
}
