/** Absolute paths of what the dashboard is made of; folders whole. */
export const DASHBOARD_INPUTS: readonly string[];
