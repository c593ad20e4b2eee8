import { hereDocument, requireSecrets } from "./bash";
import { type ExportInput, requestOf } from "./input";
import { splitSecrets } from "./secrets";

/**
 * A bash script that signs by itself (ACS3-HMAC-SHA256, eas-openapi.md §3.1) with nothing but openssl and curl. The order of
 * query, headers and body below is the signature's own.
 */
export function curlScript(input: ExportInput): string {
  const { origin, method, path, action, query } = requestOf(input);
  const parameters = query.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&");
  const split = splitSecrets(input.config);
  const { opening, body } = hereDocument(split);
  return `#!/usr/bin/env bash
# Needs bash, curl and openssl. The keys come from the environment:
#   ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, and with temporary keys ALIBABA_CLOUD_SECURITY_TOKEN
set -euo pipefail
${requireSecrets(split)}
origin='${origin}'
method='${method}'
path='${path}'
query='${parameters}'
action='${action}'

# Ends with status 1 at the end of its text.
IFS= read -r -d '' body ${opening} || true
${body}

sha256() { openssl dgst -sha256 -hex | sed 's/^.* //'; }
host=\${origin#*://}
date=$(date -u +%Y-%m-%dT%H:%M:%SZ)
nonce=$(openssl rand -hex 16)
digest=$(printf %s "$body" | sha256)
token=\${ALIBABA_CLOUD_SECURITY_TOKEN:-}

headers="content-type:application/json; charset=utf-8
host:$host"
signed='content-type;host'
extra=()
if [ -n "$token" ]; then
  headers="$headers
x-acs-accesskey-id:$ALIBABA_CLOUD_ACCESS_KEY_ID"
  signed="$signed;x-acs-accesskey-id"
  extra+=(-H "x-acs-accesskey-id: $ALIBABA_CLOUD_ACCESS_KEY_ID" -H "x-acs-security-token: $token")
fi
headers="$headers
x-acs-action:$action
x-acs-content-sha256:$digest
x-acs-date:$date"
signed="$signed;x-acs-action;x-acs-content-sha256;x-acs-date"
if [ -n "$token" ]; then
  headers="$headers
x-acs-security-token:$token"
  signed="$signed;x-acs-security-token"
fi
headers="$headers
x-acs-signature-nonce:$nonce
x-acs-version:2021-07-01"
signed="$signed;x-acs-signature-nonce;x-acs-version"

canonical="$method
$path
$query
$headers

$signed
$digest"
to_sign="ACS3-HMAC-SHA256
$(printf %s "$canonical" | sha256)"
signature=$(printf %s "$to_sign" | openssl dgst -sha256 -hmac "$ALIBABA_CLOUD_ACCESS_KEY_SECRET" -hex | sed 's/^.* //')

printf %s "$body" | curl -sS --fail-with-body -X "$method" "$origin$path\${query:+?$query}" \\
  -H 'content-type: application/json; charset=utf-8' \\
  -H "x-acs-action: $action" -H "x-acs-version: 2021-07-01" -H "x-acs-date: $date" \\
  -H "x-acs-signature-nonce: $nonce" -H "x-acs-content-sha256: $digest" \\
  "\${extra[@]+"\${extra[@]}"}" \\
  -H "Authorization: ACS3-HMAC-SHA256 Credential=$ALIBABA_CLOUD_ACCESS_KEY_ID,SignedHeaders=$signed,Signature=$signature" \\
  --data-binary @-
echo
`;
}
