import { z } from "zod";
import { ERROR_CODES } from "@/lib/errors";
import { OPERATIONS, type Operation } from "./operations";

const CONNECTION = {
  name: "connection",
  in: "query",
  required: false,
  description: "The id of a connection; without it, the first one.",
  schema: { type: "string" },
};

const ErrorSchema = z.object({
  code: z.enum(ERROR_CODES),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  retryable: z.boolean(),
});

/** OpenAPI 3.1, made from the schemas that parse the requests. `origin`: where this console is reached. */
export function openApiDocument(origin: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: describe(operation) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Easel",
      version: "1",
      description: "Deploys and calls image services on PAI-EAS. Every call needs a token: Settings, API.",
    },
    servers: [{ url: `${origin}/api/v1` }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: { Error: jsonSchema(ErrorSchema, "output") },
    },
  };
}

function describe({ path, id, summary, right, query, body, answer }: Operation) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
  const inPath = names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } }));
  return {
    operationId: id,
    summary,
    description: `Needs the right \`${right}\`.`,
    parameters: [...inPath, CONNECTION, ...(query ? queryParameters(query) : [])],
    ...(body === undefined ? {} : { requestBody: { required: true, content: contentOf(body) } }),
    responses: {
      200: {
        description: "Done",
        content: { "application/json": { schema: answer ? jsonSchema(answer, "output") : { type: "object" } } },
      },
      default: {
        description: "Refused or failed",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      },
    },
  };
}

function contentOf(body: z.ZodType | "picture") {
  if (body !== "picture") return { "application/json": { schema: jsonSchema(body, "input") } };
  return Object.fromEntries(["image/png", "image/jpeg", "image/webp"].map((type) => [type, {}]));
}

function queryParameters(query: z.ZodObject) {
  const { properties = {}, required = [] } = jsonSchema(query, "input");
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

/** What a schema cannot say in JSON Schema (a refinement) is left to the error that names it. */
function jsonSchema(schema: z.ZodType, io: "input" | "output") {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}
