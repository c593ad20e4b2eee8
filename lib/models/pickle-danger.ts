/** What loading a pickle would bring in, judged by name alone. */
export type Danger = "known" | "unknown" | "dangerous";

/** What torch, numpy and Python write for plain weights. */
const KNOWN: readonly RegExp[] = [
  /^collections (OrderedDict|defaultdict|Counter)$/,
  /^torch\._utils _rebuild_(tensor|tensor_v2|tensor_v3|parameter|parameter_with_state|qtensor|sparse_tensor|device_tensor_from_numpy)$/,
  /^torch(\.cuda)? \w*Storage$/,
  /^torch\.storage (_?TypedStorage|_?UntypedStorage)$/,
  /^torch (Size|Tensor|device|dtype|float16|bfloat16|float32|float64|half|float|int8|int16|int32|int64|uint8|bool|long|float8_\w+)$/,
  /^torch\.nn\.parameter (Parameter|Buffer|UninitializedParameter)$/,
  /^torch\._tensor _rebuild_from_type_v2$/,
  /^torch\.serialization _get_layout$/,
  // Not `numpy._core`: that is numpy 2, which the image's Python never had.
  /^numpy(\.core\.\w+)? (dtype|ndarray|scalar|_reconstruct|float16|float32|float64|int32|int64|bool_|_frombuffer)$/,
  /^numpy\.dtypes \w+DType$/,
  /^_codecs encode$/,
  /^(__builtin__|builtins) (set|frozenset|list|dict|tuple|int|long|float|complex|bool|str|unicode|bytes|bytearray|object|slice|range|xrange)$/,
  /^copy_?reg _reconstructor$/,
];

/** Modules that run commands, touch files or the network, or load code. */
const DANGEROUS_MODULES =
  /^(os|posix|nt|posixpath|ntpath|subprocess|sys|shutil|socket|ssl|urllib|urllib2|urllib3|requests|httpx|aiohttp|http|ftplib|smtplib|telnetlib|importlib|imp|runpy|pkgutil|pty|commands|ctypes|_ctypes|cffi|pickle|_pickle|cPickle|dill|cloudpickle|joblib|marshal|shelve|types|code|codeop|inspect|gc|multiprocessing|threading|_thread|concurrent|asyncio|webbrowser|tempfile|pathlib|glob|io|_io|fileinput|bdb|pdb|cProfile|profile|timeit|trace|doctest|unittest|pydoc|pip|ensurepip|venv|zipimport|site|sysconfig|distutils|setuptools|operator|_operator|functools|idlelib|lib2to3|resource|signal|platform|atexit|antigravity|\?)(\.|$)/;

/** In modules that are harmless otherwise. */
const DANGEROUS_NAMES: readonly RegExp[] = [
  /^(__builtin__|builtins) (eval|exec|execfile|compile|__import__|getattr|setattr|delattr|open|file|input|raw_input|globals|locals|vars|breakpoint|apply|memoryview|print|type|map|filter|reduce)$/,
  /^torch\.storage _load_from_bytes$/,
  /^torch(\.serialization)? (load|save)$/,
  /^torch\.(hub|jit|package|utils\.cpp_extension|distributed|multiprocessing|fx|_dynamo|_inductor)\b/,
  /^numpy(\.\w+)* (load|fromfile|save|memmap|runstring|exec_command)$/,
  /^numpy\.(testing|f2py|distutils|ctypeslib)\b/,
  /^copyreg extension$/,
];

export function dangerOf(global: string): Danger {
  const [module = "", ...rest] = global.split(" ");
  const name = rest.join(" ");
  if (DANGEROUS_MODULES.test(module) || DANGEROUS_NAMES.some((pattern) => pattern.test(global))) return "dangerous";
  // `OrderedDict.__init__.__globals__`: a harmless name as a step on the way to others.
  if (name.includes("__") && name.includes(".")) return "dangerous";
  return KNOWN.some((pattern) => pattern.test(global)) ? "known" : "unknown";
}

export interface Judgement {
  dangerous: string[];
  unknown: string[];
}

export function judgeGlobals(globals: readonly string[]): Judgement {
  const dotted = (danger: Danger) =>
    globals.filter((global) => dangerOf(global) === danger).map((global) => global.replace(" ", "."));
  return { dangerous: dotted("dangerous"), unknown: dotted("unknown") };
}
