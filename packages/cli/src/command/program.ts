import { readFileSync } from 'node:fs';

import { Command, CommanderError } from 'commander';

import { wrongUsage } from '../error/index.js';
import { addCommand, calendarOption, joined, refuseLeftover } from './add-command.js';
import type { AuditFlags } from './audit.js';
import { addBackfill } from './backfill-commands.js';
import type { IssueFlags } from './callers.js';
import type { CollectFlags } from './collect-request.js';
import type { Context } from './context.js';
import type { DoctorFlags } from './doctor.js';
import type { QuotaFlags } from './quota.js';
import type { RealtimeFlags, TakeoverFlags } from './realtime.js';
import type { ReplayFlags } from './replay-request.js';
import type { SentinelFlags } from './sentinel.js';
import type { ServeFlags } from './serve.js';
import type { SimFlags } from './sim.js';
import { addCalendar, addKnown, addStore } from './store-commands.js';
import type { RevokeFlags } from './tokens-revoke.js';

/** Runs one command line. Resolves with the exit code; failures of any kind are thrown. */
export const runProgram = async (words: readonly string[], context: Context): Promise<number> => {
  let exitCode = 0;
  const program = describeProgram(context, (code) => {
    exitCode = code;
  });
  if (words.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    // `hub help <unknown>` ends in the help text, with no message of its own.
    const message =
      error.code === 'commander.help' ? `unknown command ${words.at(-1) ?? ''}` : error.message.replace(/^error: /, '');
    throw wrongUsage(message, '`hub --help` lists the commands.');
  }
  return exitCode;
};

const version = (): string => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
};

/** A command is loaded when it runs: DuckDB, queues and the simulator take half a second that most of them can do without. */
const describeProgram = (context: Context, finish: (exitCode: number) => void): Command => {
  const program = new Command('hub')
    .description('One way out to the Korean brokers: shared quota, shared token, one store.')
    .version(version())
    .exitOverride()
    // Options of `hub backfill` are those of `hub backfill plan` too, and go to whichever is named last.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => {
        context.screen.say(text.trimEnd());
      },
      // Failures are told once, as one line, by whoever called us.
      writeErr: () => undefined,
    });

  addBackfill(program, context, finish);

  addCommand(program, 'collect', 'write live trades and order books into a store, and every gap in them')
    .option('--broker <name>', 'kis or kiwoom; KIS without it, where it is set up')
    .option('--symbols <list>', 'codes separated by commas: 005930,000660', joined)
    .option('--symbols-file <file>', 'codes separated by commas, blanks or lines; # begins a remark')
    .option('--kinds <list>', 'trade, book or both', 'trade')
    .option('--venue <venue>', 'KRX, NXT or UN (both together)', 'KRX')
    .option('--db <file>', 'the DuckDB file; without it the store that has a writer at this Redis')
    .option('--store <id>', 'of several stores with a writer, this one')
    .option('--for <time>', 'how long: 30s, 10m, 2h; until Ctrl-C without it')
    .option(...calendarOption)
    .option('--base-url <url>', 'another host than the broker: the simulator (HUB_KIS_BASE_URL, HUB_KIWOOM_BASE_URL)')
    .action(async (flags: CollectFlags, command: Command) => {
      const { collect } = await import('./collect.js');
      finish(await collect(context, flags, command.args));
    });

  addCommand(program, 'replay', 'tell captured live feeds again: events to stdout, or into a store')
    .argument('[paths...]', 'the folder that HUB_CAPTURE_DIR was, or files of it')
    .option('--speed <factor>', '1 as it was, 10 ten times as fast, max as fast as it goes', '1')
    .option('--from <time>', 'nothing before, but what held then: 2026-11-27T09:00 (KST)')
    .option('--to <time>', 'nothing from then on')
    .option('--broker <name>', 'kis or kiwoom; both without it')
    .option('--symbols <list>', 'codes separated by commas; all without it', joined)
    .option('--kinds <list>', 'trade, book, notice; all without it', joined)
    .option('--db <file>', 'write into this DuckDB file instead')
    .option('--store <id>', 'write into this store, which has a writer, instead')
    .action(async (_paths: readonly string[], flags: ReplayFlags, command: Command) => {
      const { replay } = await import('./replay.js');
      finish(await replay(context, flags, command.args));
    });

  addCommand(program, 'serve', 'take jobs from the queues: calls to the broker (worker), rows into the store (writer)')
    .option('--db <file>', 'the DuckDB file that the writer owns')
    .option('--only <role>', 'worker or writer; both without this option')
    .option('--export-dir <dir>', 'below it, and nowhere else, the writer writes what `hub export` of others asks for')
    .option('--no-feeds', 'hold no sockets of live feeds for other programs')
    .option('--no-sentinel', 'do not look for holes in the store and fill them')
    .option(...calendarOption)
    .option('--concurrency <count>', 'windows fetched at once (half of the calls per second, 2 to 16)')
    .option('--base-url <url>', 'another host than the broker: the simulator (HUB_KIS_BASE_URL, HUB_KIWOOM_BASE_URL)')
    .action(async (flags: ServeFlags, command: Command) => {
      const { serve } = await import('./serve.js');
      await serve(context, flags, command.args);
    });

  addCommand(program, 'sentinel', 'find holes in a store and have workers fill them; `hub serve --db` does so already')
    .option('--db <file>', 'the DuckDB file of the store; without it the one that has a writer at this Redis')
    .option('--store <id>', 'of several stores with a writer, this one')
    .action(async (flags: SentinelFlags, command: Command) => {
      const { sentinel } = await import('./sentinel.js');
      await sentinel(context, flags, command.args);
    });

  addCommand(
    program,
    'explain',
    'what an error code of a broker or of the hub means, and what to do: hub explain EGW00133',
  )
    .argument('[code]', 'EGW00133, 1700, HUB_TIMEOUT …')
    .action(async (code: string | undefined, _flags: object, command: Command) => {
      refuseLeftover(command, 1);
      const { explain } = await import('./explain.js');
      explain(context, code);
    });

  addCommand(program, 'sim', 'run simulated brokers, KIS and Kiwoom, on this machine')
    .option('--port <port>', 'a free one without this option')
    .option('--seed <number>', 'another market')
    .option(
      '--clock <time>',
      'when its clock starts, 2026-11-27T09:00 (KST): live feeds flow on a day or at an hour without a market too',
    )
    .option('--network <name>', 'none, calm or jittery')
    .option('--limit <calls>', 'KIS: calls per second and key (18, paper 1)')
    .option('--kiwoom-limit <calls>', 'Kiwoom: calls per second, key and api-id (5, paper 1)')
    .option('--window <kind>', 'how the second is counted: sliding, calendar or bucket')
    .option('--environment <name>', 'real or paper')
    .option('--token-minute-ms <ms>', 'shortens the minute between two tokens of KIS')
    .option('--same-token-ms <ms>', 'how long the same token is handed out again')
    .option('--token-life-ms <ms>', 'how long a token lives')
    .option('--retention-days <days>', 'trading days of minute bars that are kept')
    .option('--dead-token-trap', 'hand out a revoked token again')
    .option('--no-redis', 'start no Redis servers beside it')
    .action(async (flags: SimFlags, command: Command) => {
      refuseLeftover(command);
      const { sim } = await import('./sim.js');
      await sim(context, flags);
    });

  const tokenCommand = addCommand(
    program,
    'tokens',
    'list the shared tokens: age, issuer, generation, renewal; never the token itself',
  ).action(async (_flags: object, command: Command) => {
    refuseLeftover(command);
    const { tokens } = await import('./tokens.js');
    await tokens(context);
  });

  addCommand(tokenCommand, 'revoke', 'end the shared token of one key at its broker; never needed as a routine')
    .option('--broker <name>', 'kis or kiwoom')
    .option('--key <id>', 'the key id that `hub tokens` shows, where there are several')
    .option('--yes', 'do it; without this it only says what would happen')
    .action(async (flags: RevokeFlags, command: Command) => {
      refuseLeftover(command);
      const { revoke } = await import('./tokens-revoke.js');
      finish(await revoke(context, flags));
    });

  const callerCommand = program
    .command('callers')
    .description('tokens for programs without keys: who they are and what they may ask a worker for');

  addCommand(callerCommand, 'issue', 'print a token for HUB_CALLER, signed with HUB_CALLER_KEY')
    .argument('[name]', 'what tables and errors call it: letters, digits, . _ -')
    .option(
      '--allow <list>',
      'operations by their names or TR ids, and feed:trade, feed:book, feed:notice: inquire-price,ka10001; all (*)',
      joined,
    )
    .option('--classes <list>', 'order, realtime, interactive, backfill; all but order without this option', joined)
    .option('--share <part>', 'the most of every limit of an account that it may have: 0.3')
    .option('--days <count>', 'how long it is good for', '90')
    .action(async (name: string | undefined, flags: IssueFlags, command: Command) => {
      refuseLeftover(command, 1);
      const { issueCaller } = await import('./callers.js');
      issueCaller(context, name, flags);
    });

  addCommand(callerCommand, 'show', 'what is in a token, and whether HUB_CALLER_KEY has signed it')
    .argument('[token]', 'HUB_CALLER without it')
    .action(async (token: string | undefined, _flags: object, command: Command) => {
      refuseLeftover(command, 1);
      const { showCaller } = await import('./callers.js');
      showCaller(context, token);
    });

  addCommand(program, 'redis', 'hold two private Redis servers and print the lines that point to them').action(
    async (_flags: object, command: Command) => {
      refuseLeftover(command);
      const { redis } = await import('./redis.js');
      await redis(context);
    },
  );

  addCommand(
    program,
    'quota',
    'show the shared quota of every account: what is used, who waits, why the limit is what it is, and who spent it',
  )
    .option('--by <what>', 'caller or class: who spent how much of it')
    .option('--since <time>', 'how far back for --by: 30s, 10m, 2h, 1d; 10m unless given')
    .option('--watch', 'again every second, until Ctrl-C')
    .option('--base-url <url>', 'another host than the broker: the simulator (HUB_KIS_BASE_URL, HUB_KIWOOM_BASE_URL)')
    .action(async (flags: QuotaFlags, command: Command) => {
      refuseLeftover(command);
      const { quota } = await import('./quota.js');
      await quota(context, flags);
    });

  addKnown(program, context, finish);
  addRealtime(program, context);
  addCalendar(program, context);
  addStore(program, context, finish);

  addCommand(
    program,
    'audit',
    'find calls to a broker past the hub where ESLint does not look: Python, notebooks, shell, YAML, Docker, Go, Java …',
  )
    .argument('[path...]', 'files and folders; what git ignores is left out')
    .option('--baseline <file>', 'findings that are known: .hub-audit.json unless given')
    .option('--update-baseline', 'write the baseline: the first time all findings, later only fewer')
    .option('--accept', 'with --update-baseline: new findings too')
    .option('--sarif <file>', 'write SARIF 2.1.0; - is stdout')
    .option('--extra-hosts <list>', 'hosts that stand in front of a broker, separated by commas', joined)
    .action(async (paths: string[], flags: AuditFlags, command: Command) => {
      refuseLeftover(
        command,
        0,
        paths.filter((path) => path.startsWith('-')),
      );
      const { audit } = await import('./audit.js');
      finish(await audit(context, paths, flags));
    });

  addCommand(program, 'doctor', 'check settings, Redis, clocks, token, store; say what to do')
    .option('--db <file>', 'a DuckDB file to look at')
    .option('--base-url <url>', 'another host than the broker: the simulator (HUB_KIS_BASE_URL, HUB_KIWOOM_BASE_URL)')
    .action(async (flags: DoctorFlags, command: Command) => {
      refuseLeftover(command);
      const { doctor } = await import('./doctor.js');
      finish(await doctor(context, flags));
    });

  return program;
};

const addRealtime = (program: Command, context: Context): void => {
  const realtime = program
    .command('realtime')
    .description('sessions of live feeds: who holds them, and handing them over');
  const baseUrl = ['--base-url <url>', 'another host than the broker: the simulator (HUB_KIS_BASE_URL …)'] as const;

  addCommand(realtime, 'status', 'who holds the session of each key, how its feeds are, and what is missing')
    .option(...baseUrl)
    .action(async (flags: RealtimeFlags, command: Command) => {
      refuseLeftover(command);
      const { realtimeStatus } = await import('./realtime.js');
      await realtimeStatus(context, flags);
    });

  addCommand(realtime, 'takeover', 'ask the holder of a session to let it go to another process, and wait for that')
    .option('--broker <name>', 'kis or kiwoom, where sessions of both are held')
    .option('--key <id>', 'the key id that `hub realtime status` shows, where several are held')
    .option('--to <process>', 'host:pid of the one that is to have it; whoever is ready first without it')
    .option('--reason <text>', 'told to both of them and kept with the session')
    .option(...baseUrl)
    .action(async (flags: TakeoverFlags, command: Command) => {
      refuseLeftover(command);
      const { realtimeTakeover } = await import('./realtime.js');
      await realtimeTakeover(context, flags);
    });
};
