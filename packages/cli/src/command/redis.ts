import { withClosers } from './closers.js';
import type { Context } from './context.js';
import { exportLines, joinUsersRedis } from './redis-servers.js';
import { stopped } from './stop.js';

/** `hub redis`: holds the private pair of this user until somebody stops it. */
export const redis = (context: Context): Promise<void> =>
  withClosers(async (closers) => {
    const { screen, stop } = context;
    const urls = await joinUsersRedis(context, closers);
    screen.emit({ event: 'ready', pid: process.pid, main: urls.main, gatekeeper: urls.gatekeeper });
    for (const line of exportLines(urls)) screen.say(line);
    screen.note('Two private Redis servers are running; Ctrl-C ends them when nobody else uses them.');
    await stopped(stop);
    screen.note('stopping: leaving the private Redis servers');
  });
