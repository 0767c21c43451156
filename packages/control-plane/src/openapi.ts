import { apiVersion, type Operation } from '@kilometers/core/api/operation.ts';
import { operations } from '@kilometers/core/api/operations.ts';
import { Problem, type ProblemCode, problemTable } from '@kilometers/core/api/problem.ts';
import { permissions } from '@kilometers/core/api/roles.ts';
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';

type Json = Readonly<Record<string, unknown>>;

/** The contract as an OpenAPI 3.1 document. @see https://spec.openapis.org/oas/v3.1.1.html */
export function openApiDocument(publicUrl: string): Json & { readonly openapi: string } {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    const methods = paths[operation.path] ?? {};
    methods[operation.method.toLowerCase()] = described(operation);
    paths[operation.path] = methods;
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Kilometers control plane', version: apiVersion, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(Problem) },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-km' },
      },
    },
  };
}

function described({ id, summary, needs, params, query, body, answer, problems = [] }: Operation): Json {
  const codes: readonly ProblemCode[] = [
    'request.invalid',
    ...(needs === 'anyone' ? [] : authProblems),
    ...problems,
    'server.failed',
  ];
  return {
    operationId: id,
    summary,
    parameters: [...parametersOf(params, 'path'), ...parametersOf(query, 'query')],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(body, 'input') } } },
    }),
    responses: { [answer.status]: success(answer), ...problemAnswers(codes) },
    security: needs === 'anyone' ? [] : [{ token: [] }, { session: [] }],
    ...(needs !== 'anyone' && { 'x-permission': needs, 'x-callers': permissions[needs] }),
  };
}

const authProblems = ['auth.missing', 'auth.expired', 'auth.forbidden'] as const;

function success({ schema, type = 'application/json' }: Operation['answer']): Json {
  const description = 'Done.';
  if (schema) return { description, content: { [type]: { schema: jsonSchema(schema) } } };
  return type === 'application/json' ? { description } : { description, content: { [type]: {} } };
}

function problemAnswers(codes: readonly ProblemCode[]): Json {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes)) {
    const { status } = problemTable[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries([...byStatus].map(([status, all]) => [status, { description: all.join(', '), content }]));
}

function parametersOf(schema: v.GenericSchema | undefined, place: 'path' | 'query'): readonly Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: one,
  }));
}

/** What a schema takes (`input`) or gives, as JSON Schema. Checks that JSON Schema cannot say are left out. */
function jsonSchema(schema: v.GenericSchema, typeMode: 'input' | 'output' = 'output'): Json {
  const { $schema: _, ...rest } = toJsonSchema(schema as never, { errorMode: 'ignore', typeMode });
  return rest as Json;
}
