import { exampleParameters, INPUT_IMAGE, INPUT_MASK, jsonLines, takesImage, takesMask } from "./parameters";
import { REQUEST_ID_HEADER, type SnippetTarget, sinkQuery, TIMEOUT_SECONDS } from "./target";

/** One file for `go run`, the standard library only. */
export function go(target: SnippetTarget): string {
  const { url, sink, token, func } = target;
  const reads = [
    ...(takesImage(func) ? [`\timage := base64File("${INPUT_IMAGE}")`] : []),
    ...(takesMask(func) ? [`\tmask := base64File("${INPUT_MASK}")`] : []),
  ];
  return [
    "package main",
    "",
    "import (",
    ...imports(target).map((name) => `\t"${name}"`),
    ")",
    "",
    "const (",
    `\turl   = ${JSON.stringify(url)}`,
    ...(sink === undefined ? [] : [`\tsink  = ${JSON.stringify(sink)}`]),
    `\ttoken = ${JSON.stringify(token)}`,
    ")",
    "",
    ...CALL,
    ...(takesImage(func) ? FILE : []),
    "func main() {",
    ...reads,
    `\ttaskID := fmt.Sprintf("go%d", time.Now().UnixNano())`,
    body(target),
    ...(sink === undefined ? SYNC : QUEUE),
    "}",
  ].join("\n");
}

function imports({ sink, func }: SnippetTarget): string[] {
  return [
    ...(takesImage(func) ? ["encoding/base64"] : []),
    ...(sink === undefined ? [] : ["encoding/json"]),
    "fmt",
    "io",
    "net/http",
    ...(takesImage(func) ? ["os"] : []),
    "strings",
    "time",
  ];
}

/** Between backquotes a text is itself; the parameters hold none. */
function body({ func, translate }: SnippetTarget): string {
  const moving = { taskId: "` + taskID + `", image: "` + image + `", mask: "` + mask + `" };
  return `\tbody := \`{\n${jsonLines(exampleParameters(func, translate), moving)}\n}\``;
}

const CALL = [
  "func call(method, url, body string) (*http.Response, []byte) {",
  "\trequest, err := http.NewRequest(method, url, strings.NewReader(body))",
  "\tif err != nil {",
  "\t\tpanic(err)",
  "\t}",
  '\trequest.Header.Set("Authorization", token)',
  '\trequest.Header.Set("Content-Type", "application/json")',
  `\tclient := http.Client{Timeout: ${TIMEOUT_SECONDS} * time.Second}`,
  "\tresponse, err := client.Do(request)",
  "\tif err != nil {",
  "\t\tpanic(err)",
  "\t}",
  "\tdefer response.Body.Close()",
  "\ttext, err := io.ReadAll(response.Body)",
  "\tif err != nil {",
  "\t\tpanic(err)",
  "\t}",
  "\treturn response, text",
  "}",
  "",
];

const FILE = [
  "func base64File(name string) string {",
  "\tbytes, err := os.ReadFile(name)",
  "\tif err != nil {",
  "\t\tpanic(err)",
  "\t}",
  "\treturn base64.StdEncoding.EncodeToString(bytes)",
  "}",
  "",
];

const SYNC = ['\tresponse, text := call("POST", url, body)', "\tfmt.Println(response.StatusCode, string(text))"];

const QUEUE = [
  "",
  "\t// 1. Into the input queue. The answer is an index; the id of the request comes in a header.",
  '\tput, index := call("POST", url, body)',
  "\tif put.StatusCode != 200 {",
  "\t\tpanic(put.Status + string(index))",
  "\t}",
  `\trequestID := put.Header.Get("${REQUEST_ID_HEADER}")`,
  '\tfmt.Println("request", requestID, "at index", string(index))',
  "",
  "\t// 2. Wait for its result in the output queue: 204 means not yet.",
  "\tvar items []struct {",
  "\t\tIndex json.Number // more digits than a float holds",
  "\t\tTags  map[string]string",
  "\t\tData  []byte // base64 on the wire",
  "\t}",
  "\tfor len(items) == 0 {",
  `\t\tgot, text := call("GET", sink+"?requestId="+requestID+"&${sinkQuery()}", "")`,
  "\t\tif got.StatusCode == 204 {",
  "\t\t\tcontinue",
  "\t\t}",
  "\t\tif err := json.Unmarshal(text, &items); got.StatusCode != 200 || err != nil {",
  "\t\t\tpanic(got.Status + string(text))",
  "\t\t}",
  "\t}",
  '\tstatus := items[0].Tags["lastCode"]',
  '\tif status == "" {',
  '\t\tstatus = "200"',
  "\t}",
  "\tfmt.Println(status, string(items[0].Data))",
  "",
  "\t// 3. Only now take it out of the queue.",
  '\tcall("DELETE", sink+"?_indexes_="+items[0].Index.String(), "")',
];
