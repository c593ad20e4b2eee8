import { exampleParameters, INPUT_IMAGE, INPUT_MASK, jsonLines, takesImage, takesMask } from "./parameters";
import { REQUEST_ID_HEADER, type SnippetTarget, sinkQuery, TIMEOUT_SECONDS } from "./target";

/** One file for Java 17 (`java Call.java`), the standard library only. */
export function java(target: SnippetTarget): string {
  const { url, sink, token, func } = target;
  const reads = [
    ...(takesImage(func) ? [`        String image = base64("${INPUT_IMAGE}");`] : []),
    ...(takesMask(func) ? [`        String mask = base64("${INPUT_MASK}");`] : []),
  ];
  return [
    ...imports(target).map((name) => `import ${name};`),
    "",
    "public class Call {",
    `    static final String URL = ${JSON.stringify(url)};`,
    ...(sink === undefined ? [] : [`    static final String SINK = ${JSON.stringify(sink)};`]),
    `    static final String TOKEN = ${JSON.stringify(token)};`,
    // Version 2 would ask each plain HTTP server for an upgrade, which a gateway may refuse.
    "    static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();",
    "",
    "    public static void main(String[] args) throws Exception {",
    ...reads,
    `        String taskId = UUID.randomUUID().toString().replace("-", "");`,
    ...body(target),
    ...(sink === undefined ? SYNC : QUEUE),
    "    }",
    ...CALL,
    ...(takesImage(func) ? FILE : []),
    ...(sink === undefined ? [] : FIND),
    "}",
  ].join("\n");
}

function imports({ sink, func }: SnippetTarget): string[] {
  const file = takesImage(func);
  const queue = sink !== undefined;
  return [
    "java.net.URI",
    "java.net.http.HttpClient",
    "java.net.http.HttpRequest",
    "java.net.http.HttpResponse",
    ...(file ? ["java.nio.file.Files", "java.nio.file.Path"] : []),
    "java.time.Duration",
    ...(file || queue ? ["java.util.Base64"] : []),
    "java.util.UUID",
    ...(queue ? ["java.util.regex.Pattern"] : []),
  ];
}

/** A text block: quotes need no escape, and the parameters hold no backslash. */
function body({ func, translate }: SnippetTarget): string[] {
  const moving = { taskId: "%s", image: "%s", mask: "%s" };
  const values = ["taskId", ...(takesImage(func) ? ["image"] : []), ...(takesMask(func) ? ["mask"] : [])];
  const lines = jsonLines(exampleParameters(func, translate), moving).split("\n");
  return [
    '        String body = """',
    "            {",
    ...lines.map((line) => `            ${line}`),
    `            }""".formatted(${values.join(", ")});`,
  ];
}

const SYNC = [
  `        HttpResponse<String> response = call("POST", URL, body);`,
  `        System.out.println(response.statusCode() + " " + response.body());`,
];

const QUEUE = [
  "",
  "        // 1. Into the input queue. The answer is an index; the id of the request comes in a header.",
  `        HttpResponse<String> put = call("POST", URL, body);`,
  `        if (put.statusCode() != 200) throw new IllegalStateException(put.statusCode() + " " + put.body());`,
  `        String requestId = put.headers().firstValue("${REQUEST_ID_HEADER}").orElseThrow();`,
  `        System.out.println("request " + requestId + " at index " + put.body());`,
  "",
  "        // 2. Wait for its result in the output queue: 204 means not yet.",
  "        HttpResponse<String> got;",
  "        do {",
  `            got = call("GET", SINK + "?requestId=" + requestId + "&${sinkQuery()}", "");`,
  "        } while (got.statusCode() == 204);",
  `        if (got.statusCode() != 200) throw new IllegalStateException(got.statusCode() + " " + got.body());`,
  `        String status = find("\\"lastCode\\":\\\\s*\\"(\\\\d+)\\"", got.body(), "200");`,
  `        String data = find("\\"data\\":\\\\s*\\"([^\\"]*)\\"", got.body(), "");`,
  `        System.out.println(status + " " + new String(Base64.getDecoder().decode(data)));`,
  "",
  "        // 3. Only now take it out of the queue.",
  `        String index = find("\\"index\\":\\\\s*(\\\\d+)", got.body(), "");`,
  `        call("DELETE", SINK + "?_indexes_=" + index, "");`,
];

const CALL = [
  "",
  "    static HttpResponse<String> call(String method, String url, String body) throws Exception {",
  "        HttpRequest request = HttpRequest.newBuilder(URI.create(url))",
  `                .timeout(Duration.ofSeconds(${TIMEOUT_SECONDS}))`,
  `                .header("Authorization", TOKEN)`,
  `                .header("Content-Type", "application/json")`,
  "                .method(method, HttpRequest.BodyPublishers.ofString(body))",
  "                .build();",
  "        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());",
  "    }",
];

const FILE = [
  "",
  "    static String base64(String name) throws Exception {",
  "        return Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(name)));",
  "    }",
];

const FIND = [
  "",
  "    static String find(String pattern, String text, String otherwise) {",
  "        var matcher = Pattern.compile(pattern).matcher(text);",
  "        return matcher.find() ? matcher.group(1) : otherwise;",
  "    }",
];
