import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type TracerProvider,
} from '@opentelemetry/api';

import type { CallFacts, CallProgress, CallWatch, Watcher } from './contract.js';

/** Name of the instrumentation, of spans and of metrics alike. */
export const instrumentation = '@hub/client';

/**
 * One span per call, from the call to its end, repetitions included. Names and attributes by the HTTP semantic conventions
 * where there is one; the query, and so `url.full`, is left out, since it may hold an account.
 */
export const spans = (provider: TracerProvider = trace.getTracerProvider()): Watcher => {
  const tracer = provider.getTracer(instrumentation);
  return {
    watch: (call) => {
      const span = tracer.startSpan(`${call.method} ${call.endpoint}`, { kind: SpanKind.CLIENT });
      // Without a provider, and when this one is not sampled, nothing else is done.
      if (!span.isRecording()) return undefined;
      span.setAttributes(attributesOf(call));
      return watchOf(span);
    },
  };
};

const attributesOf = (call: CallFacts): Attributes => ({
  'http.request.method': call.method,
  'url.path': call.path,
  ...serverOf(call.origin),
  'hub.mode': call.mode,
  'hub.broker': call.broker,
  'hub.environment': call.environment,
  'hub.endpoint': call.endpoint,
  'hub.tr': call.tr === '' ? undefined : call.tr,
  'hub.caller': call.caller,
  'hub.priority': call.priority,
});

const serverOf = (origin: string | undefined): Attributes => {
  if (origin === undefined) return {};
  const { protocol, hostname, port } = new URL(origin);
  return {
    'url.scheme': protocol.slice(0, -1),
    'server.address': hostname,
    'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
  };
};

const watchOf = (span: Span): CallWatch => {
  const end = (outcome: string, { attempts, waitMs, keyId, status }: CallProgress, more: Attributes): void => {
    span.setAttributes({
      'http.response.status_code': status,
      'http.request.resend_count': attempts > 1 ? attempts - 1 : undefined,
      'hub.key_id': keyId,
      'hub.attempts': attempts,
      'hub.permit.wait_ms': waitMs,
      'hub.outcome': outcome,
      ...more,
    });
    span.end();
  };
  return {
    around: (run) => context.with(trace.setSpan(context.active(), span), run),
    permit: ({ keyId, waitMs }) => {
      span.addEvent('hub.permit', { 'hub.key_id': keyId, 'hub.permit.wait_ms': waitMs });
    },
    retry: ({ code, waitMs }) => {
      span.addEvent('hub.retry', { 'error.type': code, 'hub.retry.wait_ms': waitMs });
    },
    answered: ({ requestId, ...progress }) => {
      end('ok', progress, { 'hub.request_id': requestId });
    },
    failed: ({ code, message, ...progress }) => {
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      end(code, progress, { 'error.type': code });
    },
  };
};
