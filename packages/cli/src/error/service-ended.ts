import { HubError } from '@hub/client';

/** A service stopped without being asked. */
export class ServiceEnded extends HubError {
  readonly code = 'HUB_SERVICE_ENDED';
  readonly remedy = 'Check the main Redis (REDIS_URL) with `hub doctor`, then start it again.';

  constructor() {
    super('The service stopped by itself');
  }
}
