/** An answer that STS gives instead of a result (reference: the vendor's common and AssumeRole error tables). */
export class StsFault extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export function missingParameter(name: string): StsFault {
  return new StsFault(400, `Missing${name}`, `${name} is mandatory for this action.`);
}

/** A parameter that all of the vendor's RPC interfaces have. */
export function invalidCommonParameter(name: string): StsFault {
  return new StsFault(400, `Invalid${name}`, `Specified parameter ${name} is not valid.`);
}

/** A parameter of AssumeRole. */
export function invalidParameter(name: string, message = `The parameter ${name} is wrongly formed.`): StsFault {
  return new StsFault(400, `InvalidParameter.${name}`, message);
}

export function noPermission(): StsFault {
  const message = "You are not authorized to do this action. You should be authorized by RAM.";
  return new StsFault(403, "NoPermission", message);
}

export function actionNotFound(): StsFault {
  const message = "Specified api is not found, please check your url and method.";
  return new StsFault(404, "InvalidAction.NotFound", message);
}
