import { HubError } from '@hub/client';

export class PortTaken extends HubError {
  readonly code = 'HUB_PORT_TAKEN';
  readonly remedy = 'Choose another --port, or leave it out for a free one.';

  constructor(port: number, options?: ErrorOptions) {
    super(`Port ${port} is in use`, options);
  }
}
