// What jsdom lacks and React Flow asks for, so that tests can mount the canvas.
import { beforeAll } from "vitest";

class NoResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}

class IdentityMatrix {
  m22 = 1;
}

beforeAll(() => {
  Object.assign(globalThis, { ResizeObserver: NoResizeObserver, DOMMatrixReadOnly: IdentityMatrix, IS_REACT_ACT_ENVIRONMENT: true });
  Object.assign(globalThis, { CSS: { escape: (text: string) => text } });
  HTMLDialogElement.prototype.showModal ??= function () {};
  HTMLDialogElement.prototype.close ??= function () {};
  Element.prototype.scrollIntoView ??= () => {};
});
