/**
 * What kind of place an application runs in; it decides defaults, never what the program says itself.
 *
 * - `standard`: two copies, moderate requests, no limits.
 * - `small-host`: one copy unless the program says more, and small requests: many processes fit two CPUs.
 * - `restricted`: standard, and every pod passes the Pod Security Standard "restricted": a user that is not root, a read-only root file system, no capabilities.
 * - `autopilot`: standard, for clusters that bill and schedule by requests: limits are the requests, and neither is below what such clusters round up to.
 */
export type Profile = 'standard' | 'small-host' | 'restricted' | 'autopilot';
