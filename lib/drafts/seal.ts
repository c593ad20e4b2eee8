/** Which draft a sealed configuration belongs to; moved elsewhere it does not open. */
export const draftSeal = (id: string) => `draft:${id}`;
