export { findingCodes, type FindingCode } from './check.js';
export { verifyStore, type VerifyFinding, type VerifyOptions, type VerifyResult } from './verify.js';
