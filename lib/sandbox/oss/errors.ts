import { toXml, type XmlObject } from "./xml";

/**
 * The vendor's errors, word for word (reference: oss-rest.md §13 and the pages it names). `ec` only where a page names
 * it: an invented one would send people to a troubleshooting page of something else.
 */
const ERRORS = {
  AccessDenied: [403, "AccessDenied"],
  AccessForbidden: [
    403,
    "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Requet-Headers are not whitelisted by the resource's CORS spec.",
  ],
  AccessKeyIdAndSecurityTokenNotMatch: [
    403,
    "The OSS access key id and security token you provided does not match",
    "0002-00000004",
  ],
  BadRequest: [400, "Bad Request"],
  BucketAlreadyExists: [
    409,
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
  ],
  BucketNotEmpty: [409, "The bucket has objects. Please delete them first."],
  CORSRuleBeyondLimit: [400, "The CORS rules must be not more than 10."],
  EntityTooLarge: [400, "Your proposed upload exceeds the maximum allowed size."],
  EntityTooSmall: [400, "Your proposed upload smaller than the minimum allowed size.", "0042-00000213"],
  FileAlreadyExists: [409, "The object you specified already exists and can not be overwritten.", "0026-00000121"],
  InternalError: [500, "Please contact the server administrator, oss@service.aliyun.com."],
  InvalidAccessKeyId: [403, "The OSS Access Key Id you provided does not exist in our records.", "0002-00000902"],
  InvalidArgument: [400, "Invalid Argument"],
  InvalidBucketName: [400, "The specified bucket is not valid."],
  InvalidDigest: [400, "The Content-MD5 you specified was invalid."],
  InvalidObjectName: [400, "The specified object is not valid."],
  InvalidPart: [
    400,
    "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.",
  ],
  InvalidPartOrder: [
    400,
    "The list of parts was not in ascending order. Parts list must specified in order by part number.",
  ],
  InvalidPolicyDocument: [400, "Invalid Policy: Invalid Simple-Condition."],
  InvalidRange: [416, "The requested range cannot be satisfied."],
  InvalidRequest: [400, "Invalid Request"],
  InvalidSecurityToken: [403, "The security token you provided is invalid.", "0002-00000006"],
  MalformedPOSTRequest: [400, "The body of your POST request is not well-formed multipart/form-data."],
  MalformedXML: [400, "The XML you provided was not well-formed or did not validate against our published schema."],
  MethodNotAllowed: [405, "The specified method is not allowed against this resource."],
  MissingContentLength: [411, "You must provide the Content-Length HTTP header."],
  NoSuchBucket: [404, "The specified bucket does not exist.", "0015-00000101"],
  NoSuchCORSConfiguration: [404, "The CORS Configuration does not exist."],
  NoSuchKey: [404, "The specified key does not exist.", "0026-00000001"],
  NoSuchLifecycle: [404, "No Row found in Lifecycle Table."],
  NoSuchUpload: [
    404,
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    "0017-00000244",
  ],
  ObjectNotAppendable: [409, "The object is not appendable"],
  OperationNotSupported: [400, "The operation is not supported for this resource"],
  PositionNotEqualToLength: [409, "Position is not equal to file length"],
  RestoreAlreadyInProgress: [409, "The restore operation is in progress."],
  InvalidObjectState: [403, "The operation is not valid for the object's state"],
  InvalidTargetType: [400, "The symbolic's target object type is invalid"],
  NoSuchWebsiteConfiguration: [404, "The specified bucket does not have a website configuration."],
  NotSymlink: [400, "The object is not symlink object."],
  SymlinkTargetNotExist: [404, "The symlink target object does not exist"],
  NotImplemented: [400, "A header you provided implies functionality that is not implemented.", "0017-00000245"],
  PreconditionFailed: [412, "At least one of the pre-conditions you specified did not hold.", "0017-00001001"],
  RequestTimeTooSkewed: [
    403,
    "The difference between the request time and the current time is too large.",
    "0002-00000504",
  ],
  RequestTimeout: [
    400,
    "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.",
  ],
  SecondLevelDomainForbidden: [
    403,
    "The bucket you are attempting to access must be addressed using OSS third level domain.",
  ],
  SecurityTokenExpired: [403, "The security token you provided has expired.", "0002-00000007"],
  ServiceUnavailable: [503, "Please reduce your request rate."],
  SignatureDoesNotMatch: [
    403,
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  ],
  TooManyBuckets: [400, "You have attempted to create more buckets than allowed."],
} as const satisfies Record<string, readonly [status: number, message: string, ec?: string]>;

export type OssErrorCode = keyof typeof ERRORS;

interface OssErrorOptions {
  message?: string;
  ec?: string;
  /** Further elements of the XML, such as `Key` or `StringToSign`. */
  details?: XmlObject;
  status?: number;
  headers?: Record<string, string>;
}

export class OssError extends Error {
  readonly status: number;
  readonly ec?: string;
  readonly details: XmlObject;
  readonly headers: Record<string, string>;

  constructor(
    readonly code: string,
    options: OssErrorOptions = {},
  ) {
    const known: readonly [number, string, string?] | undefined = ERRORS[code as OssErrorCode];
    super(options.message ?? known?.[1] ?? code);
    this.status = options.status ?? known?.[0] ?? 500;
    this.ec = options.ec ?? (options.message === undefined ? known?.[2] : undefined);
    this.details = options.details ?? {};
    this.headers = options.headers ?? {};
  }
}

/** An error of the table, with its usual message unless another is given. */
export function ossError(code: OssErrorCode, options?: OssErrorOptions): OssError {
  return new OssError(code, options);
}

export function invalidArgument(message: string, name: string, value: string): OssError {
  return ossError("InvalidArgument", { message, details: { ArgumentName: name, ArgumentValue: value } });
}

export function notImplementedHeader(header: string): OssError {
  return ossError("NotImplemented", { details: { Header: header } });
}

export function notImplementedParameter(name: string): OssError {
  const message = "A parameter you provided implies functionality that is not implemented.";
  return ossError("NotImplemented", { message, details: { ResourceType: name } });
}

export function errorXml(error: OssError, requestId: string, hostId: string): string {
  const content: XmlObject = {
    Code: error.code,
    Message: error.message,
    RequestId: requestId,
    HostId: hostId,
    ...error.details,
    EC: error.ec,
    RecommendDoc: error.ec && `https://api.aliyun.com/troubleshoot?q=${error.ec}`,
  };
  return toXml("Error", content);
}
