/**
 * The two Python packages that snippets use, as far as they use them, on the standard library: for machines that cannot
 * install them. Where a machine has the package itself, the tests take that one.
 */

const REQUESTS = `
import json as _json
import urllib.error
import urllib.parse
import urllib.request


class _Response:
    def __init__(self, status, headers, body):
        self.status_code, self.headers, self.text = status, headers, body.decode()

    def json(self):
        return _json.loads(self.text)

    def raise_for_status(self):
        if self.status_code >= 400:
            raise RuntimeError(f"{self.status_code} {self.text}")


def _call(method, url, params=None, json=None, headers=None, timeout=None):
    if params:
        url += "?" + urllib.parse.urlencode(params)
    body = None if json is None else _json.dumps(json).encode()
    request = urllib.request.Request(url, data=body, method=method, headers=dict(headers or {}))
    if body is not None:
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=timeout) as reply:
            return _Response(reply.status, reply.headers, reply.read())
    except urllib.error.HTTPError as error:
        return _Response(error.code, error.headers, error.read())


def get(url, **options):
    return _call("GET", url, **options)


def post(url, **options):
    return _call("POST", url, **options)


def delete(url, **options):
    return _call("DELETE", url, **options)
`;

const EAS_PREDICTION = `
import base64
import json
import types
import urllib.parse
import urllib.request


class QueueClient:
    def __init__(self, endpoint, service_name):
        self.url = f"http://{endpoint}/api/predict/{service_name}"
        self.timeout = 5000

    def set_token(self, token):
        self.token = token

    def set_timeout(self, milliseconds):
        self.timeout = milliseconds

    def init(self, uid=None, gid="eas"):
        pass

    def _call(self, method, query, body=None):
        url = self.url + ("?" + urllib.parse.urlencode(query) if query else "")
        request = urllib.request.Request(url, data=body, method=method, headers={"Authorization": self.token})
        with urllib.request.urlopen(request, timeout=self.timeout / 1000) as reply:
            return reply.headers, reply.read()

    def put(self, data, tags={}):
        headers, index = self._call("POST", tags, data if isinstance(data, bytes) else data.encode())
        return index.decode(), headers["X-Eas-Queueservice-Request-Id"]

    def get(self, request_id=None, index=0, length=1, timeout="5s", auto_delete=True, tags={}):
        query = {
            "_index_": index,
            "_length_": length,
            "_timeout_": timeout,
            "_raw_": "false",
            "_auto_delete_": str(auto_delete).lower(),
            "requestId": request_id,
        }
        body = self._call("GET", query)[1]
        return [
            types.SimpleNamespace(index=item["index"], tags=item["tags"], data=base64.b64decode(item["data"]))
            for item in json.loads(body or b"[]")
        ]

    def delete(self, index):
        return self._call("DELETE", {"_indexes_": index})[1].decode()
`;

export const PYTHON_STAND_INS = { requests: REQUESTS, eas_prediction: EAS_PREDICTION };
