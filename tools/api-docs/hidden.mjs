/**
 * Types that public names use and no package offers, by package, each with its reason. The reference shows their names
 * without a page.
 */
export const hidden = {
  '@hub/client': [
    // Half a megabyte of types, one per endpoint: the pages of endpoints and the editor tell more.
    'broker/kis/types.generated.ts:KisParams',
    'broker/kis/catalogue.generated.ts:kisShortNames',
    'broker/kis/call-types.ts:KisCallTypes',
    'broker/kis/call-types.ts:KisNameIn',
    'broker/kiwoom/types.generated.ts:KiwoomParams',
    'broker/kiwoom/catalogue.generated.ts:kiwoomAliases',
    'broker/kiwoom/call-types.ts:KiwoomCallTypes',
    'broker/kiwoom/call-types.ts:KiwoomNameIn',
    'hub/broker-calls.ts:CallTypes',
    // The page of the type that is inferred from it lists the fields.
    'hub/settings-schema.ts:directSchema',
    'hub/settings-schema.ts:serviceSchema',
    'ledger/contract.ts:priorities',
    // Only what its public name says, in its place.
    'broker/contract.ts:Limit',
    'hub/market-data.ts:Series',
    'hub/options.ts:Env',
    'service/desk.ts:Call',
    // Arguments of constructors that the hub alone calls.
    'error/circuit.ts:OpenCircuit',
  ],
  '@hub/store': [
    // Of duckdb-async, whose documentation holds.
    'duckdb-async/error.ts:HttpError',
    'duckdb-async/error.ts:AnyDuckDbError',
    'duckdb-async/type-info.ts:GenericTypeInfo',
    'duckdb-async/type-info.ts:StructTypeInfo',
    'duckdb-async/type-info.ts:ListTypeInfo',
    'duckdb-async/type-info.ts:MapTypeInfo',
    'duckdb-async/type-info.ts:UnionTypeInfo',
    'duckdb-async/type-info.ts:DecimalTypeInfo',
    'duckdb-async/type-info.ts:EnumTypeInfo',
    'duckdb-async/session.ts:Session',
    'duckdb-async/row.ts:EachArguments',
    'duckdb-async/queries.ts:OnlySql',
    'duckdb-async/udf.ts:UdfBody',
  ],
  '@hub/worker': [
    // The page of the type that is inferred from it lists the fields.
    'queue/payload.ts:windowSpec',
    'queue/payload.ts:backfillRequest',
    'queue/payload.ts:backfillPlan',
    'queue/plan-payload.ts:brokerPace',
    'queue/plan-payload.ts:storedPlan',
    'queue/schedule-payload.ts:scheduleFile',
    'queue/schedule-payload.ts:storedSchedule',
    // A hub of `createHub` is both.
    'job/live.ts:Caller',
    'job/window.ts:Fetcher',
    'job/recover.ts:TickFetcher',
  ],
  '@hub/broker-sim': [
    // The inside of the market: tests look at it, and its shapes change with the simulator.
    'market/calendar.ts:Session',
    'market/market.ts:CloseRange',
    'market/ticks.ts:Ticks',
    'market/bars.ts:Bar',
    'market/market.ts:Quote',
    'market/book.ts:Book',
  ],
};
