import { exampleParameters, INPUT_IMAGE, INPUT_MASK, takesImage, takesMask } from "./parameters";
import { REQUEST_ID_HEADER, SINK_QUERY, SINK_TIMEOUT_SECONDS, type SnippetTarget, TIMEOUT_SECONDS } from "./target";

/** The two values that the deployment document asks for; an asynchronous service has a second address. */
export function callInfo({ url, sink, token }: Pick<SnippetTarget, "url" | "sink" | "token">): string {
  return [
    `hosts = ${pythonQuote(url)}`,
    ...(sink === undefined ? [] : [`sink = ${pythonQuote(sink)}`]),
    `head = {"Authorization": ${JSON.stringify(token)}}`,
  ].join("\n");
}

export function python(target: SnippetTarget): string {
  const { sink } = target;
  return [
    ...imports(target, sink === undefined ? [] : ["base64"]),
    "",
    "import requests  # pip install requests",
    "",
    callInfo(target),
    "",
    ...data(target),
    "",
    ...(sink === undefined
      ? [
          `response = requests.post(hosts, json=data, headers=head, timeout=${TIMEOUT_SECONDS})`,
          "print(response.status_code, response.text)",
        ]
      : throughQueue()),
  ].join("\n");
}

function throughQueue(): string[] {
  return [
    "# 1. Into the input queue. The answer is an index; the id of the request comes in a header.",
    `put = requests.post(hosts, json=data, headers=head, timeout=${SINK_TIMEOUT_SECONDS})`,
    "put.raise_for_status()",
    `request_id = put.headers["${REQUEST_ID_HEADER}"]`,
    `print("request", request_id, "at index", put.text)`,
    "",
    "# 2. Wait for its result in the output queue: 204 means not yet.",
    "query = {",
    `    "requestId": request_id,`,
    ...Object.entries(SINK_QUERY).map(([name, value]) => `    "${name}": "${value}",`),
    "}",
    "while True:",
    `    got = requests.get(sink, params=query, headers=head, timeout=${SINK_TIMEOUT_SECONDS})`,
    "    got.raise_for_status()",
    "    if got.status_code != 204:",
    "        break",
    "item = got.json()[0]",
    `status = item["tags"].get("lastCode", "200")`,
    `print(status, base64.b64decode(item["data"]).decode())`,
    "",
    "# 3. Only now take it out of the queue.",
    `requests.delete(sink, params={"_indexes_": item["index"]}, headers=head, timeout=${SINK_TIMEOUT_SECONDS})`,
  ];
}

/** The official client of queues. It speaks plain HTTP and puts the scheme itself. */
export function pythonSdk(target: SnippetTarget): string {
  const { host, service } = splitAddress(target.url);
  return [
    ...imports(target, ["json"]),
    "",
    "from eas_prediction import QueueClient  # pip install eas_prediction",
    "",
    `host = ${pythonQuote(host)}`,
    `token = ${JSON.stringify(target.token)}`,
    "",
    ...data(target),
    "",
    "def queue(name):",
    "    client = QueueClient(host, name)",
    "    client.set_token(token)",
    "    client.set_timeout(60000)  # longer than a wait in the queue",
    "    client.init()",
    "    return client",
    "",
    `input_queue = queue(${pythonQuote(service)})`,
    `sink_queue = queue(${pythonQuote(`${service}/sink`)})`,
    "",
    "index, request_id = input_queue.put(json.dumps(data))",
    `print("request", request_id, "at index", index)`,
    "",
    "items = []",
    "while not items:",
    `    items = sink_queue.get(request_id=request_id, timeout="30s", auto_delete=False)`,
    "item = items[0]",
    `print(dict(item.tags).get("lastCode", "200"), item.data.decode())`,
    "",
    "# Only now take it out of the queue.",
    "sink_queue.delete(item.index)",
  ].join("\n");
}

function imports({ func }: SnippetTarget, more: readonly string[]): string[] {
  const modules = new Set([...(takesImage(func) ? ["base64"] : []), ...more, "uuid"]);
  return [...modules].sort().map((module) => `import ${module}`);
}

function data({ func, translate }: SnippetTarget): string[] {
  const moving = { taskId: "uuid.uuid4().hex", image: "image", mask: "mask" };
  return [
    ...(takesImage(func) ? readFile("image", INPUT_IMAGE) : []),
    ...(takesMask(func) ? readFile("mask", INPUT_MASK) : []),
    ...(takesImage(func) ? [""] : []),
    "data = {",
    ...exampleParameters(func, translate).map(
      ({ name, value }) => `    "${name}": ${"json" in value ? pythonLiteral(value.json) : moving[value.from]},`,
    ),
    "}",
  ];
}

function readFile(variable: string, name: string): string[] {
  return [`with open("${name}", "rb") as file:`, `    ${variable} = base64.b64encode(file.read()).decode()`];
}

/** JSON and Python differ in the truth values only. */
function pythonLiteral(json: string): string {
  return { true: "True", false: "False" }[json] ?? json;
}

/** As the document writes it, in single quotes. JSON's escapes are Python's too. */
function pythonQuote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

/** `http://host/api/predict/group.name` → host and `group.name`. */
function splitAddress(url: string): { host: string; service: string } {
  const [, host = url, service = ""] = /^https?:\/\/([^/]+)\/api\/predict\/(.+?)\/?$/.exec(url) ?? [];
  return { host, service };
}
