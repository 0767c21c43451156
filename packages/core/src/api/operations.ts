import { showErrors, showLatency, showRisk, showUsage } from './analytics.ts';
import {
  decideDevice,
  exchangeKey,
  pollDeviceSignIn,
  refreshTokens,
  showAccount,
  showDevice,
  showJwks,
  startDeviceSignIn,
} from './auth.ts';
import { ingestEvents } from './events.ts';
import { showHealth, showMetrics, showOpenApi, showReadiness } from './health.ts';
import type { Operation } from './operation.ts';
import {
  addMember,
  changeMember,
  changeOrganisation,
  createKey,
  listAudit,
  listKeys,
  listMembers,
  removeMember,
  revokeKey,
  showOrganisation,
} from './organisation.ts';
import { activatePolicy, createPolicy, fetchPolicy, listPolicies, showPolicy } from './policies.ts';
import { analyzeRisk } from './risk.ts';
import { followEvents, judgeFinding, listFindings, listSessionEvents, listSessions } from './sessions.ts';
import { finishSso, signInByLink, signOut, startSso } from './sign-in.ts';

/** Everything that can be asked of the control plane. */
export const operations: readonly Operation[] = [
  exchangeKey,
  refreshTokens,
  startDeviceSignIn,
  pollDeviceSignIn,
  showDevice,
  decideDevice,
  signInByLink,
  signOut,
  startSso,
  finishSso,
  showAccount,
  showJwks,
  ingestEvents,
  analyzeRisk,
  showUsage,
  showLatency,
  showErrors,
  showRisk,
  listSessions,
  listSessionEvents,
  followEvents,
  listFindings,
  judgeFinding,
  showOrganisation,
  changeOrganisation,
  listMembers,
  addMember,
  changeMember,
  removeMember,
  listKeys,
  createKey,
  revokeKey,
  fetchPolicy,
  listPolicies,
  showPolicy,
  createPolicy,
  activatePolicy,
  listAudit,
  showHealth,
  showReadiness,
  showMetrics,
  showOpenApi,
];
