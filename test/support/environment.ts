import vm from 'node:vm'
import { TestEnvironment } from 'jest-environment-node'

const { createContext } = vm

/**
 * Node's environment with an ordinary global object. In Jest's own, each use of a global name (`Math`, `JSON`, `Object`)
 * runs the trap of a proxy, in the product's code too: `unit/models/routing/large-groups.test.ts` takes 25 s of CPU in
 * place of 5.
 */
export default class PlainGlobalEnvironment extends TestEnvironment {
  constructor(...args: ConstructorParameters<typeof TestEnvironment>) {
    // Jest has no setting for its global object. It makes it by this function.
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY)
    try {
      super(...args)
    } finally {
      vm.createContext = createContext
    }
  }
}
