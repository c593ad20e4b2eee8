export const OWNER = { name: "owner@example.com", password: "four dry autumn leaves" };
export const OWNER_STATE = "test-results/.auth/owner.json";
