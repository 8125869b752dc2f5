/** What betrays a broker, without ESLint and without a syntax tree: for tools that read what ESLint does not parse. */
export { isCredentialName, looksLikeKey } from './credentials.js';
export { exceptionEnd, type ExceptionEnd, longestDays, shortestReason, withoutEnd } from './exception-end.js';
export { mayHoldEncoded } from './encoded.js';
export { type Evidence, findEvidence, isWrittenAsAddress, mayHoldWords, type Search } from './find.js';
export { brokerHeaders, type BrokerHeader, headerEvidence } from './headers.js';
export { isHostKey } from './host-key.js';
export { type Broker, brokerNames } from './hosts.js';
export { hubCall } from './hub-call.js';
export { brokerByShape, type BrokerSdk, brokerSdks, type PythonSdk, pythonSdks } from './sdk.js';
