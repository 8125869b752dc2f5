import { createHub } from '@hub/client';

await createHub().close();
