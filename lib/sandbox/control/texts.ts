import type { FaultKind, ScopeField } from "@/lib/sandbox/core/fault-kinds";
import type { PresetName } from "./presets";

/*
 * The page's words. They live here and not among the console's messages: the sandbox is another program. A test keeps both
 * tables complete for every kind, parameter and choice of the catalogue.
 */

interface KindTexts {
  title: string;
  /** What is seen when it strikes. */
  hint: string;
}

export interface Texts {
  page: Record<
    | "title"
    | "subtitle"
    | "region"
    | "resetAll"
    | "resetDone"
    | "activeFaults"
    | "noFaults"
    | "remove"
    | "removed"
    | "added"
    | "presets"
    | "presetsHint"
    | "addFault"
    | "kind"
    | "add"
    | "lasts"
    | "untilRemoved"
    | "timesLife"
    | "durationLife"
    | "times"
    | "seconds"
    | "share"
    | "shareHint"
    | "onlyFor"
    | "onlyForHint"
    | "anyServer"
    | "services"
    | "noServices"
    | "instances"
    | "servers"
    | "soldOut"
    | "fired"
    | "timesLeft"
    | "secondsLeft"
    | "offline"
    | "refused"
    | "language"
    | "otherLanguage",
    string
  >;
  layers: Record<"line" | "call" | "life" | "queue", string>;
  kinds: Record<FaultKind, KindTexts>;
  presets: Record<PresetName, KindTexts>;
  scope: Record<ScopeField, string>;
  parameters: Record<string, string>;
  /** By parameter and value. */
  options: Record<string, Record<string, string>>;
}

export const EN: Texts = {
  page: {
    title: "Sandbox cloud",
    subtitle: "Faults on demand",
    region: "Region",
    resetAll: "Reset all",
    resetDone: "All faults are gone, all stock is back",
    activeFaults: "Active faults",
    noFaults: "Nothing goes wrong just now.",
    remove: "Remove",
    removed: "Removed: {name}",
    added: "Added: {name}",
    presets: "Familiar troubles",
    presetsHint: "One click puts the faults in that make it.",
    addFault: "Add a fault",
    kind: "What goes wrong",
    add: "Add fault",
    lasts: "Lasts",
    untilRemoved: "until it is removed",
    timesLife: "a number of times",
    durationLife: "for a time",
    times: "Times",
    seconds: "Seconds",
    share: "Strikes (%)",
    shareHint: "Share of the occasions, drawn from a fixed seed.",
    onlyFor: "Only for…",
    onlyForHint: "Leave empty what does not matter; * stands for any characters.",
    anyServer: "any server",
    services: "Services",
    noServices: "No service has been created.",
    instances: "{ready} of {total} ready",
    servers: "Servers",
    soldOut: "Out of stock",
    fired: "struck {count}×",
    timesLeft: "{count} more",
    secondsLeft: "{count} s left",
    offline: "The sandbox does not answer.",
    refused: "Not accepted: {reason}",
    language: "中文",
    otherLanguage: "zh",
  },
  layers: { line: "The line", call: "What servers answer", life: "Life of instances", queue: "The queue" },
  kinds: {
    latency: { title: "Latency", hint: "Every answer comes later; over a WebSocket every message." },
    bandwidth: { title: "Bandwidth", hint: "Bodies trickle; transfers at the same time share the line." },
    reset: { title: "Connection reset", hint: "The connection breaks after so many bytes of a body." },
    "corrupted-answer": { title: "Corrupted answer", hint: "A good answer arrives with wrong or missing bytes." },
    "gateway-page": { title: "Balancer's error page", hint: "HTML instead of the API's own answer." },
    "vendor-error": { title: "Vendor error", hint: "An error in the server's own form, with a code of your choice." },
    "expired-credentials": {
      title: "Expired credentials",
      hint: "Keys, tokens or signed addresses are refused as too old.",
    },
    "clock-skew": {
      title: "Clock skew",
      hint: "The server believes another time and refuses what is signed with yours.",
    },
    "lost-etag": { title: "Lost ETag", hint: "Pages may not read the ETag of a part: CORS does not expose it." },
    "out-of-stock": { title: "Out of stock", hint: "Instances wait for a machine." },
    "group-full": {
      title: "Resource group full",
      hint: "Others fill the account's own group; instances that ask for it wait.",
    },
    "spot-reclaimed": {
      title: "Spot reclaimed",
      hint: "Machines that are bid for are taken back once their protection is over, and none can be had.",
    },
    arrears: {
      title: "Account in arrears",
      hint: "Instances are released and none is started; create and start are refused.",
    },
    "mount-failure": { title: "Mount failure", hint: "Instances wait for their storage." },
    "image-pull-failure": { title: "Image pull failure", hint: "ErrImagePull, then ImagePullBackOff." },
    "crash-loop": { title: "Crash loop", hint: "The process ends; the third time in a row the service fails." },
    "host-oom": { title: "Host out of memory", hint: "OOMKilled, and a restart." },
    "cuda-oom": { title: "CUDA out of memory", hint: "The program answers 469 with torch's words." },
    "slow-start": { title: "Slow start", hint: "The model takes longer to load." },
    "stuck-waiting": { title: "Stuck in Waiting", hint: "Instances run and never become ready." },
    "not-callable": { title: "Not callable yet", hint: "Running, but the gateway does not find it." },
    "workers-busy": { title: "Workers busy", hint: "The gateway turns calls away: 450, 429 or 408." },
    "queue-full": { title: "Queue full", hint: "The queue takes no further item." },
    redelivery: { title: "Redelivery", hint: "The consumer is dropped; what it had not committed comes again." },
  },
  presets: {
    "office-line": { title: "Slow office line", hint: "256 KB/s, 60 to 120 ms" },
    "train-tunnel": { title: "Train tunnel", hint: "late answers, three in ten uploads break" },
    "throttled-account": { title: "Throttled account", hint: "half of the EAS calls are turned away" },
    "storage-hiccups": { title: "Storage hiccups", hint: "three in ten OSS calls answer 503" },
    "session-over": { title: "Session over", hint: "the next signed call finds its credentials expired" },
    "wrong-clock": { title: "Wrong clock", hint: "the cloud is an hour ahead" },
    "careless-cors": { title: "Careless CORS", hint: "ETag is not exposed" },
    "sold-out": { title: "Sold out", hint: "no instance finds a machine" },
    "broken-model": { title: "Broken model", hint: "processes crash at their start" },
    "tight-memory": { title: "Tight memory", hint: "the next picture does not fit the card" },
    "queue-jam": { title: "Queue jam", hint: "neither queue takes another item" },
    "dropped-consumer": { title: "Dropped consumer", hint: "the next item is delivered twice" },
  },
  scope: {
    server: "Server",
    operation: "Operation",
    method: "Method",
    path: "Path",
    bucket: "Bucket",
    prefix: "Key begins with",
    service: "Service",
    instance: "Instance",
  },
  parameters: {
    delayMs: "Delay (ms)",
    jitterMs: "Plus up to (ms)",
    bytesPerSecond: "Bytes per second",
    direction: "Direction",
    afterBytes: "After bytes",
    how: "How",
    at: "From byte",
    status: "Status",
    code: "Code",
    message: "Message",
    retryAfterMs: "Retry after (ms)",
    what: "Whose",
    seconds: "Ahead by (seconds)",
    instanceType: "Instance type (* for all)",
    reason: "Reason",
    when: "When",
    exitCode: "Exit code",
    lastWords: "Last words in the log",
    factor: "Times slower",
    answer: "Answer",
    queue: "Queue",
    afterItems: "After items",
  },
  options: {
    direction: { both: "both ways", request: "request", answer: "answer" },
    how: {
      flip: "other bytes",
      truncate: "shorter, and says so",
      cut: "ends too early",
      silent: "the process never listens",
      probe: "the health check fails",
    },
    what: { any: "everybody's", token: "temporary credentials", key: "lasting keys", url: "signed addresses" },
    reason: {
      "no-bucket": "the bucket does not exist",
      forbidden: "no right to read it",
      timeout: "not reachable",
      denied: "access denied",
      unauthorized: "401 from the registry",
      "no-such-host": "no such host",
      "no-space": "no space left on the disk",
    },
    when: { start: "while it starts", request: "at the next request" },
    answer: {
      "no-healthy-upstream": "503 no healthy upstream",
      "empty-503": "503 without a body",
      "empty-404": "404 without a body",
      "queue-full": "450 worker queue is full",
      "rate-limit": "429 too many requests",
      keepalive: "408 past keepalive",
    },
    queue: { both: "both", input: "input", sink: "results" },
  },
};

export const ZH: Texts = {
  page: {
    title: "沙箱云",
    subtitle: "按需注入故障",
    region: "地域",
    resetAll: "全部重置",
    resetDone: "故障已全部移除，库存已恢复",
    activeFaults: "生效中的故障",
    noFaults: "当前一切正常。",
    remove: "移除",
    removed: "已移除：{name}",
    added: "已添加：{name}",
    presets: "常见麻烦",
    presetsHint: "点一下，即注入对应的故障。",
    addFault: "添加故障",
    kind: "故障类型",
    add: "添加故障",
    lasts: "持续",
    untilRemoved: "直到手动移除",
    timesLife: "若干次",
    durationLife: "一段时间",
    times: "次数",
    seconds: "秒数",
    share: "命中率（%）",
    shareHint: "按固定种子抽取，结果可复现。",
    onlyFor: "仅针对…",
    onlyForHint: "不限定的项留空；* 匹配任意字符。",
    anyServer: "任意服务端",
    services: "服务",
    noServices: "尚未创建服务。",
    instances: "就绪 {ready} / {total}",
    servers: "服务端口",
    soldOut: "无库存",
    fired: "已触发 {count} 次",
    timesLeft: "剩余 {count} 次",
    secondsLeft: "剩余 {count} 秒",
    offline: "沙箱没有响应。",
    refused: "未被接受：{reason}",
    language: "English",
    otherLanguage: "en",
  },
  layers: { line: "网络链路", call: "服务端应答", life: "实例生命周期", queue: "队列" },
  kinds: {
    latency: { title: "延迟", hint: "每个应答都变慢；WebSocket 上每条消息都变慢。" },
    bandwidth: { title: "带宽", hint: "请求体与应答体缓慢传输，并发的传输共享带宽。" },
    reset: { title: "连接重置", hint: "传输若干字节后连接中断。" },
    "corrupted-answer": { title: "应答损坏", hint: "成功的应答里字节出错或缺失。" },
    "gateway-page": { title: "网关错误页", hint: "返回 HTML 页面，而不是 API 自己的应答。" },
    "vendor-error": { title: "服务端报错", hint: "以服务端自己的格式返回指定的错误码。" },
    "expired-credentials": { title: "凭证过期", hint: "密钥、令牌或签名 URL 因过期被拒绝。" },
    "clock-skew": { title: "时钟偏差", hint: "服务端的时间不同，按本地时间签名的请求被拒绝。" },
    "lost-etag": { title: "ETag 不可读", hint: "CORS 未暴露 ETag，网页读不到分片的 ETag。" },
    "out-of-stock": { title: "资源售罄", hint: "实例一直等待机器。" },
    "group-full": { title: "资源组已满", hint: "专属资源组被其他服务占满，使用它的实例一直等待。" },
    "spot-reclaimed": { title: "竞价实例被回收", hint: "过了保护期的竞价实例被回收，且暂时没有新的竞价实例。" },
    arrears: { title: "账号欠费", hint: "实例被释放且不再启动；创建和启动被拒绝。" },
    "mount-failure": { title: "存储挂载失败", hint: "实例一直等待存储。" },
    "image-pull-failure": { title: "镜像拉取失败", hint: "先 ErrImagePull，后 ImagePullBackOff。" },
    "crash-loop": { title: "反复崩溃", hint: "进程退出；连续三次后服务失败。" },
    "host-oom": { title: "内存不足", hint: "OOMKilled，随后重启。" },
    "cuda-oom": { title: "显存不足", hint: "程序返回 469 及 torch 的报错。" },
    "slow-start": { title: "启动缓慢", hint: "模型加载时间变长。" },
    "stuck-waiting": { title: "卡在等待中", hint: "实例在运行，但始终未就绪。" },
    "not-callable": { title: "暂不可调用", hint: "已是运行中，但网关找不到服务。" },
    "workers-busy": { title: "工作线程繁忙", hint: "网关拒绝调用：450、429 或 408。" },
    "queue-full": { title: "队列已满", hint: "队列不再接收数据。" },
    redelivery: { title: "重复投递", hint: "消费者断开，未提交的数据再次投递。" },
  },
  presets: {
    "office-line": { title: "办公室慢网", hint: "256 KB/s，60–120 毫秒" },
    "train-tunnel": { title: "列车过隧道", hint: "应答迟到，三成上传中断" },
    "throttled-account": { title: "账号被限流", hint: "一半的 EAS 调用被拒绝" },
    "storage-hiccups": { title: "存储抖动", hint: "三成 OSS 调用返回 503" },
    "session-over": { title: "会话过期", hint: "下一次签名调用凭证已过期" },
    "wrong-clock": { title: "时钟不准", hint: "云端快一小时" },
    "careless-cors": { title: "跨域配置疏漏", hint: "未暴露 ETag" },
    "sold-out": { title: "资源售罄", hint: "实例找不到机器" },
    "broken-model": { title: "模型损坏", hint: "进程启动即崩溃" },
    "tight-memory": { title: "显存吃紧", hint: "下一张图片显存不足" },
    "queue-jam": { title: "队列堵塞", hint: "两个队列都不再接收数据" },
    "dropped-consumer": { title: "消费者掉线", hint: "下一条数据投递两次" },
  },
  scope: {
    server: "服务端",
    operation: "操作",
    method: "方法",
    path: "路径",
    bucket: "Bucket",
    prefix: "Object 前缀",
    service: "服务",
    instance: "实例",
  },
  parameters: {
    delayMs: "延迟（毫秒）",
    jitterMs: "最多再加（毫秒）",
    bytesPerSecond: "每秒字节数",
    direction: "方向",
    afterBytes: "多少字节之后",
    how: "方式",
    at: "从第几字节起",
    status: "状态码",
    code: "错误码",
    message: "错误信息",
    retryAfterMs: "多久后重试（毫秒）",
    what: "针对",
    seconds: "快多少秒",
    instanceType: "实例规格（* 为全部）",
    reason: "原因",
    when: "时机",
    exitCode: "退出码",
    lastWords: "日志末尾内容",
    factor: "慢多少倍",
    answer: "应答",
    queue: "队列",
    afterItems: "多少条之后",
  },
  options: {
    direction: { both: "双向", request: "请求", answer: "应答" },
    how: {
      flip: "字节改变",
      truncate: "变短，长度如实",
      cut: "提前结束",
      silent: "进程一直不监听",
      probe: "健康检查失败",
    },
    what: { any: "全部", token: "临时凭证", key: "长期密钥", url: "签名 URL" },
    reason: {
      "no-bucket": "Bucket 不存在",
      forbidden: "没有读取权限",
      timeout: "无法连通",
      denied: "拒绝访问",
      unauthorized: "镜像仓库返回 401",
      "no-such-host": "域名无法解析",
      "no-space": "磁盘空间不足",
    },
    when: { start: "启动时", request: "下一次请求时" },
    answer: {
      "no-healthy-upstream": "503 no healthy upstream",
      "empty-503": "503，无内容",
      "empty-404": "404，无内容",
      "queue-full": "450 工作队列已满",
      "rate-limit": "429 请求过多",
      keepalive: "408 超过 keepalive",
    },
    queue: { both: "两者", input: "输入", sink: "结果" },
  },
};
