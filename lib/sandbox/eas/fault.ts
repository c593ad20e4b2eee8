/** An answer that the API gives instead of a result. Codes and texts are the vendor's (reference: eas-openapi.md §5). */
export class ApiFault extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Beside the usual ones. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export function invalidParameter(message: string): ApiFault {
  return new ApiFault(400, "InvalidParameter", message);
}

export function serviceNotFound(name: string, region: string): ApiFault {
  return new ApiFault(404, "InvalidService.NotFound", `Service [${name}] in region [${region}] is not found.`);
}

export function instanceNotFound(name: string, service: string): ApiFault {
  return new ApiFault(404, "InvalidInstance.NotFound", `Instance [${name}] of service [${service}] is not found.`);
}

export function groupNotFound(name: string, region: string): ApiFault {
  return new ApiFault(404, "InvalidGroup.NotFound", `Group [${name}] in region [${region}] is not found.`);
}

/** The service is in a state that does not allow the call. The code is a choice of ours: no source names it. */
export function operationConflict(message: string): ApiFault {
  return new ApiFault(409, "OperationConflict", message);
}

export function actionNotFound(): ApiFault {
  return new ApiFault(404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.");
}
