export { findingCodes, type FindingCode } from './check.js';
export type { RawCheck, RawChecked, RawPayload } from './raw.js';
export { verifyStore, type VerifyFinding, type VerifyOptions, type VerifyResult } from './verify.js';
