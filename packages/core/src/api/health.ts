import * as v from 'valibot';
import { operation } from './operation.ts';

const State = v.looseObject({ status: v.picklist(['ok', 'unavailable']) });

export const showHealth = operation({
  id: 'showHealth',
  method: 'GET',
  path: '/healthz',
  summary: 'The process lives',
  needs: 'anyone',
  answer: { status: 200, schema: State },
});

export const showReadiness = operation({
  id: 'showReadiness',
  method: 'GET',
  path: '/readyz',
  summary:
    'The process can serve: its database answers, its schema is the one it was written for, and it is not ending',
  needs: 'anyone',
  answer: { status: 200, schema: State },
  problems: ['server.unavailable'],
});

export const showMetrics = operation({
  id: 'showMetrics',
  method: 'GET',
  path: '/metrics',
  summary: 'Figures of this process for Prometheus. Says nothing of any organisation',
  needs: 'anyone',
  answer: { status: 200, schema: undefined, type: 'text/plain; version=0.0.4' },
});

export const showOpenApi = operation({
  id: 'showOpenApi',
  method: 'GET',
  path: '/api/openapi.json',
  summary: 'This contract, as OpenAPI 3.1',
  needs: 'anyone',
  answer: { status: 200, schema: v.looseObject({ openapi: v.string() }) },
});
