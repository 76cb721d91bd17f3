import type { Gateway } from '../../gateway.ts'

export type RelayGateway = Pick<
  Gateway,
  | 'router'
  | 'keys'
  | 'admission'
  | 'sink'
  | 'prices'
  | 'pricing'
  | 'events'
  | 'calls'
  | 'masterKeyHash'
  | 'relay'
  | 'upstream'
> &
  Partial<Pick<Gateway, 'resources' | 'turns' | 'catalog' | 'openCalls'>>
