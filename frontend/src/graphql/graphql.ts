/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type AcceptInviteInput = {
  name: string;
  password: string;
  token: string;
};

export type AllowEntryInput = {
  cidr: string;
  enabled?: boolean;
  expiresAt?: string | null | undefined;
  label?: string;
};

export type AllowListState =
  | 'ACTIVE'
  | 'BOOTSTRAP'
  | 'TRIAL';

/** An act that a tenant may want a second person for. */
export type ApprovalAct =
  | 'CHANGE_ALLOW_LIST'
  /** Changing how data is kept: modes and terms. */
  | 'CHANGE_KEEPING'
  /** Changing what needs a second person; it needs one itself as soon as anything does. */
  | 'CHANGE_POLICY'
  /** Starting a campaign to more people than approveCampaignsAbove. */
  | 'SEND_LARGE';

export type ApprovalState =
  /** Approved, and done in the same moment. */
  | 'APPROVED'
  | 'EXPIRED'
  | 'PENDING'
  | 'REJECTED'
  /** By its maker. */
  | 'WITHDRAWN';

export type AudienceInput = {
  campaignId: string | number;
  columns: Array<ColumnInput>;
  /** Rows of the file if known, for the progress bar. */
  rows?: number | null | undefined;
};

export type ButtonKind =
  /** Copies the code of an authentication template; Meta adds it, it cannot be asked for. */
  | 'OTP'
  | 'QUICK_REPLY'
  | 'URL';

export type CampaignState =
  | 'DONE'
  /** No audience yet. */
  | 'DRAFT'
  /** The audience is being read. */
  | 'IMPORTING'
  | 'PAUSED'
  /** Checked; waits for startCampaign. */
  | 'READY'
  | 'RUNNING'
  | 'STOPPED';

export type Category =
  | 'AUTHENTICATION'
  | 'MARKETING'
  /** Free text inside the service window. */
  | 'SERVICE'
  | 'UTILITY';

export type ChangePasswordInput = {
  currentPassword: string;
  password: string;
};

/** A way to a person. */
export type Channel =
  | 'EMAIL'
  | 'SMS'
  | 'WHATSAPP';

/** Which column of the file fills what. */
export type ColumnInput = {
  /** The header of the column. */
  column: string;
  /** The variable's name, or to, or urlSuffix. */
  target: string;
};

export type Comparison =
  | 'LAST_YEAR'
  | 'PREVIOUS'
  /** Moved back by whole weeks, so weekdays match. */
  | 'PREVIOUS_MATCH_WEEKDAY';

export type ConsentImportInput = {
  /** The header of the column that holds the address. */
  addressColumn?: string;
  /**
   * The importing person's word that each row gave this consent: I confirm that every person in this file agreed to
   * receive these messages from us, and that we hold the evidence. Must be true.
   */
  attestation: boolean;
  channel?: Channel;
  purpose: Purpose;
  source?: ConsentSource;
  /** The header of the column that holds the time of consent (RFC 3339), if any. */
  timeColumn?: string | null | undefined;
  wordingVersion?: string;
};

export type ConsentInput = {
  /** Phone (E.164, or national in the tenant's country), e-mail or business-scoped user id. */
  address: string;
  channel?: Channel;
  /** BCP 47. */
  language?: string;
  /** When the person said it; now if absent. Not in the future. */
  occurredAt?: string | null | undefined;
  purpose: Purpose;
  source: ConsentSource;
  /** Which wording the person saw. */
  wordingVersion?: string;
};

/** How the consent reached the brand. */
export type ConsentSource =
  | 'API'
  | 'APP'
  | 'BUTTON'
  | 'EMAIL'
  | 'IMPORT'
  | 'KEYWORD'
  | 'LINK'
  | 'PLATFORM'
  | 'PORTAL'
  | 'PROVIDER'
  | 'QR'
  | 'SMS'
  | 'STORE'
  | 'WEBSITE';

export type CreateApiKeyInput = {
  cidrs?: Array<string>;
  /** 1 to 365. */
  days?: number;
  name: string;
  /** Requests a minute, 1 to 60,000. A call for 1,000 recipients is one request. */
  quota?: number;
  scopes: Array<Scope>;
  test?: boolean;
};

export type CreateCampaignInput = {
  name: string;
  senderId: string | number;
  templateId: string | number;
};

export type CreatePortfolioInput = {
  /** 250, 2000, 10000, 100000, or null for unlimited. */
  dailyLimit?: number | null | undefined;
  metaId: string;
  name: string;
  reserve?: number;
  /** The system user's token; sealed, never shown again. */
  token: string;
};

export type CreateSenderInput = {
  /** The number as people see it. */
  display: string;
  messagesPerSecond?: number;
  phoneNumberId: string;
  verifiedName?: string;
  wabaId: string | number;
};

export type CreateWabaInput = {
  /** The app at Meta that receives the webhooks. */
  appId: string;
  /** Its secret signs webhooks; sealed, never shown again. */
  appSecret: string;
  metaId: string;
  name: string;
  portfolioId: string | number;
};

/** What a refused attempt came with. */
export type Credential =
  | 'KEY'
  | 'SESSION'
  | 'SIGN_IN';

/**
 * Why a call or a part of it was refused. Errors of a whole operation carry it in extensions.code, refusals of a mutation's
 * input in userErrors. New codes may come; treat an unknown one as INTERNAL.
 */
export type ErrorCode =
  /** The state has moved, or an idempotency key was used with other input. */
  | 'CONFLICT'
  /** The person has not opted in, or has opted out. */
  | 'CONSENT_MISSING'
  /** The role or scope does not allow it. */
  | 'FORBIDDEN'
  | 'INTERNAL'
  /** An input is malformed; field names it. */
  | 'INVALID'
  /** The client's address is outside the allow-list. */
  | 'IP_NOT_ALLOWED'
  /** A rate, a quota or a size. */
  | 'LIMITED'
  /** No such thing, or not yours. */
  | 'NOT_FOUND'
  /** first is above the dataset's page size. */
  | 'PAGE_TOO_LARGE'
  /** A second person must approve it first: the payload's approval says which. It is done when they do. */
  | 'PENDING_APPROVAL'
  /** The query would cost more than the budget; the message names a cheaper one. */
  | 'QUERY_TOO_EXPENSIVE'
  /** The range begins before the summaries do. */
  | 'RANGE_TOO_OLD'
  /** The range is wider than this granularity allows; the message names the nearest that works. */
  | 'RANGE_TOO_WIDE'
  /** The password was right; a second factor is due. */
  | 'SECOND_FACTOR_REQUIRED'
  /** The act needs a fresher factor: call stepUp and try again. */
  | 'STEP_UP_REQUIRED'
  /** The tenant or the sender is stopped. */
  | 'SUSPENDED'
  /** The template may not be sent now. */
  | 'TEMPLATE_NOT_APPROVED'
  /** More dimensions than the dataset allows. */
  | 'TOO_MANY_DIMENSIONS'
  /** No valid credential. */
  | 'UNAUTHENTICATED'
  /** One of our stores is away; try again. */
  | 'UNAVAILABLE'
  /** Not an IANA time zone. */
  | 'UNKNOWN_TIME_ZONE'
  /** The provider refused or is away. */
  | 'UPSTREAM'
  /** Free text needs an open service window. */
  | 'WINDOW_CLOSED';

/** Whole days, in UTC. */
export type EvidenceInput = {
  /** The day after the last one. A later one than now means now. */
  before: string;
  /** The first day. */
  from: string;
};

export type Granularity =
  /** At most 400 days. */
  | 'DAY'
  /** At most 31 days. */
  | 'HOUR'
  /** At most 3 days. */
  | 'MINUTE_15'
  | 'MONTH'
  /** One row per group for the whole range. */
  | 'NONE'
  | 'WEEK';

export type InviteUserInput = {
  email: string;
  role: Role;
};

export type JobKind =
  | 'CAMPAIGN_AUDIENCE'
  | 'CONSENT_IMPORT'
  /** Seals anew what an older data key has sealed; done and total count values. */
  | 'RESEAL'
  /** Deletes what a stricter keeping forbids; done and total count rows. */
  | 'TIGHTEN';

export type JobState =
  | 'CANCELLED'
  | 'DONE'
  | 'FAILED'
  | 'RUNNING'
  | 'WAITING';

export type MessageFilter = {
  campaignId?: string | number | null | undefined;
  from?: string | null | undefined;
  senderId?: string | number | null | undefined;
  statuses?: Array<MessageStatus> | null | undefined;
  templateId?: string | number | null | undefined;
  /** Finds one person's messages; the look-up is audited. */
  to?: string | null | undefined;
  until?: string | null | undefined;
};

/** Where a message stands. */
export type MessageStatus =
  | 'CANCELLED'
  | 'DELIVERED'
  | 'FAILED'
  | 'QUEUED'
  | 'READ'
  /** Handed to the provider; its answer is not in yet. */
  | 'SENDING'
  | 'SENT'
  /** Not sent: opted out, template paused, deadline passed … */
  | 'SUPPRESSED'
  /** The provider's answer was lost; we wait for its report. */
  | 'UNKNOWN';

export type NewPasskeyInput = {
  id: string | number;
  /** How its owner will know it again: 1 to 100 characters. */
  name: string;
  response: string;
};

export type ParameterFormat =
  /** {{first_name}} */
  | 'NAMED'
  /** {{1}}, {{2}} */
  | 'POSITIONAL';

export type PasskeyAnswerInput = {
  /** Of the ceremony. */
  id: string | number;
  /** The credential that the browser gave, as JSON. */
  response: string;
};

/** What a caller may do. The roles that hold it are listed in docs/permissions.md. */
export type Permission =
  | 'ADDRESS_REVEAL'
  | 'ANALYTICS_READ'
  | 'ANYONE'
  | 'APPROVE'
  | 'CAMPAIGN_MANAGE'
  | 'CONSENT_READ'
  | 'CONSENT_WRITE'
  | 'CONTENT_REVEAL'
  | 'KEY_MANAGE'
  | 'MESSAGE_READ'
  | 'MESSAGE_SEND'
  | 'SECURITY_MANAGE'
  | 'SECURITY_READ'
  | 'SENDER_MANAGE'
  | 'SENDER_READ'
  | 'SIGNED_IN'
  | 'TEMPLATE_MANAGE'
  | 'TEMPLATE_READ'
  | 'TENANTS_OPERATE'
  | 'TENANT_MANAGE'
  | 'TENANT_READ';

/** What a person agreed to receive. */
export type Purpose =
  /** Every purpose. */
  | 'ALL'
  | 'AUTHENTICATION'
  | 'MARKETING'
  | 'UTILITY';

export type Quality =
  | 'GREEN'
  | 'RED'
  | 'UNKNOWN'
  | 'YELLOW';

export type RangePreset =
  | 'LAST_7_DAYS'
  | 'LAST_28_DAYS'
  | 'LAST_30_DAYS'
  | 'LAST_90_DAYS'
  | 'LAST_365_DAYS'
  | 'LAST_MONTH'
  | 'THIS_MONTH'
  | 'TODAY'
  | 'YESTERDAY';

export type RecoveryInput = {
  pendingToken: string;
  recoveryCode: string;
};

export type ResetPasswordInput = {
  password: string;
  /** The token of the mailed link. */
  token: string;
};

/** A role of a user. What each may do: docs/permissions.md. */
export type Role =
  | 'AGENT'
  | 'ANALYST'
  | 'APPROVER'
  | 'BRAND_MANAGER'
  | 'DEVELOPER'
  | 'OPERATOR'
  | 'OWNER'
  | 'SECURITY_ADMIN';

/** What a key may do. */
export type Scope =
  | 'ANALYTICS_READ'
  | 'CAMPAIGN_MANAGE'
  | 'CONSENT_READ'
  | 'CONSENT_WRITE'
  | 'MESSAGE_READ'
  | 'MESSAGE_SEND'
  | 'SENDER_READ'
  | 'TEMPLATE_MANAGE'
  | 'TEMPLATE_READ';

/** What a person shows beside the password. */
export type SecondFactor =
  /** The stronger: it cannot be typed into a false site. */
  | 'PASSKEY'
  /** A code of the authenticator app. */
  | 'TOTP';

export type SecondFactorInput = {
  /** Six digits of the authenticator app. */
  code: string;
  /** The token that signIn gave. */
  pendingToken: string;
};

export type SecurityPolicyInput = {
  /** Of CHANGE_ALLOW_LIST and CHANGE_KEEPING. */
  approvalActs: Array<ApprovalAct>;
  /** 1 to 336. */
  approvalHours?: number;
  /** Null: no campaign waits. */
  approveCampaignsAbove?: number | null | undefined;
  /** 5 to 120. */
  idleMinutes: number;
  /** 1 to 20. */
  sessionCount: number;
  /** 1 to 24. */
  sessionHours: number;
};

export type SenderState =
  | 'ACTIVE'
  | 'STOPPED';

export type SetKeepingInput = {
  addressMode: StorageMode;
  contentMode: StorageMode;
  /** 1, 7, 30, 90, 180, 365 or 730. */
  messageDays: number;
  /** 30, 90, 180, 365 or 730, and not less than messageDays. */
  summaryDays: number;
};

export type SignInInput = {
  email: string;
  password: string;
};

/** What signing in has reached. */
export type SignInState =
  /** No factor yet: beginEnrolment, then confirmEnrolment. */
  | 'ENROLMENT'
  /** Give the code of the authenticator app: confirmSecondFactor. */
  | 'SECOND_FACTOR'
  /** Signed in: accessToken is set and the refresh cookie was sent. */
  | 'SIGNED_IN';

/** How a class of data is kept once a message is final. */
export type StorageMode =
  /** Only a keyed hash stays. */
  | 'HASHED'
  /** Nothing stays. */
  | 'NONE'
  /** Readable by permitted people; still sealed on disk. */
  | 'PLAIN';

export type TemplateButtonInput = {
  kind: ButtonKind;
  text: string;
  url?: string | null | undefined;
  urlExample?: string | null | undefined;
};

export type TemplateFilter = {
  categories?: Array<Category> | null | undefined;
  /** Part of the name. */
  name?: string | null | undefined;
  states?: Array<TemplateState> | null | undefined;
};

export type TemplateInput = {
  body: string;
  bodyExamples?: Array<string>;
  buttons?: Array<TemplateButtonInput>;
  category: Category;
  footer?: string | null | undefined;
  header?: string | null | undefined;
  headerExample?: string | null | undefined;
  /** Meta's code: en, en_IN, pt_BR … */
  language: string;
  /** a-z, 0-9 and _; at most 512. */
  name: string;
  parameterFormat?: ParameterFormat;
  wabaId: string | number;
};

export type TemplateState =
  | 'APPROVED'
  | 'ARCHIVED'
  | 'DELETED'
  | 'DISABLED'
  | 'DRAFT'
  | 'FLAGGED'
  | 'IN_APPEAL'
  | 'LIMIT_EXCEEDED'
  | 'PAUSED'
  | 'PENDING'
  | 'PENDING_DELETION'
  | 'REJECTED'
  | 'SUBMITTING';

export type TenantState =
  | 'ACTIVE'
  /** Its keys are destroyed; its rows are being removed. */
  | 'DELETING'
  | 'SUSPENDED';

/** Either a preset, resolved in the asked zone, or a half-open range [from, to). */
export type TimeRangeInput = {
  from?: string | null | undefined;
  preset?: RangePreset | null | undefined;
  to?: string | null | undefined;
};

/** Why a revealed message shows less than all. */
export type Withheld =
  /** The storage mode or its term kept nothing that could be shown. */
  | 'NOT_KEPT'
  /** The role does not allow it. */
  | 'NOT_PERMITTED';

export type ApprovalFieldsFragment = { id: string, act: ApprovalAct, state: ApprovalState, subject: string | null, reason: string | null, createdAt: string, expiresAt: string, decidedAt: string | null, mayDecide: boolean, mayWithdraw: boolean, changes: Array<{ field: string, before: string, after: string }>, maker: { id: string, name: string, email: string } | null, checker: { id: string, name: string, email: string } | null };

export type ApprovalsQueryVariables = Exact<{
  state?: ApprovalState | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type ApprovalsQuery = { approvals: { edges: Array<{ cursor: string, node: { id: string, act: ApprovalAct, state: ApprovalState, subject: string | null, reason: string | null, createdAt: string, expiresAt: string, decidedAt: string | null, mayDecide: boolean, mayWithdraw: boolean, changes: Array<{ field: string, before: string, after: string }>, maker: { id: string, name: string, email: string } | null, checker: { id: string, name: string, email: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ApprovalDetailQueryVariables = Exact<{
  id: string | number;
}>;


export type ApprovalDetailQuery = { approval: { id: string, act: ApprovalAct, state: ApprovalState, subject: string | null, reason: string | null, createdAt: string, expiresAt: string, decidedAt: string | null, mayDecide: boolean, mayWithdraw: boolean, changes: Array<{ field: string, before: string, after: string }>, maker: { id: string, name: string, email: string } | null, checker: { id: string, name: string, email: string } | null } | null };

export type ApproveMutationVariables = Exact<{
  id: string | number;
}>;


export type ApproveMutation = { approve: { approval: { id: string, act: ApprovalAct, state: ApprovalState, subject: string | null, reason: string | null, createdAt: string, expiresAt: string, decidedAt: string | null, mayDecide: boolean, mayWithdraw: boolean, changes: Array<{ field: string, before: string, after: string }>, maker: { id: string, name: string, email: string } | null, checker: { id: string, name: string, email: string } | null } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type RejectMutationVariables = Exact<{
  id: string | number;
  reason: string;
}>;


export type RejectMutation = { reject: { approval: { id: string, act: ApprovalAct, state: ApprovalState, subject: string | null, reason: string | null, createdAt: string, expiresAt: string, decidedAt: string | null, mayDecide: boolean, mayWithdraw: boolean, changes: Array<{ field: string, before: string, after: string }>, maker: { id: string, name: string, email: string } | null, checker: { id: string, name: string, email: string } | null } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type WithdrawMutationVariables = Exact<{
  id: string | number;
}>;


export type WithdrawMutation = { withdraw: { approval: { id: string, act: ApprovalAct, state: ApprovalState, subject: string | null, reason: string | null, createdAt: string, expiresAt: string, decidedAt: string | null, mayDecide: boolean, mayWithdraw: boolean, changes: Array<{ field: string, before: string, after: string }>, maker: { id: string, name: string, email: string } | null, checker: { id: string, name: string, email: string } | null } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type CampaignItemFragment = { id: string, name: string, state: CampaignState, stateReason: string | null, runAt: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, template: { id: string, name: string, language: string }, sender: { id: string, display: string }, progress: { accepted: number, refused: number, queued: number, sent: number, delivered: number, read: number, failed: number, unknown: number, suppressed: number, pace: number, doneAt: string | null } };

export type CampaignFullFragment = { id: string, name: string, state: CampaignState, stateReason: string | null, runAt: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, refusals: Array<{ code: ErrorCode, count: number, lines: Array<number> }>, job: { id: string, state: JobState, done: number, total: number | null, failed: number, error: string | null } | null, template: { id: string, name: string, language: string }, sender: { id: string, display: string }, progress: { accepted: number, refused: number, queued: number, sent: number, delivered: number, read: number, failed: number, unknown: number, suppressed: number, pace: number, doneAt: string | null } };

export type CampaignsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  states?: Array<CampaignState> | CampaignState | null | undefined;
}>;


export type CampaignsQuery = { campaigns: { edges: Array<{ cursor: string, node: { id: string, name: string, state: CampaignState, stateReason: string | null, runAt: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, template: { id: string, name: string, language: string }, sender: { id: string, display: string }, progress: { accepted: number, refused: number, queued: number, sent: number, delivered: number, read: number, failed: number, unknown: number, suppressed: number, pace: number, doneAt: string | null } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CampaignDetailQueryVariables = Exact<{
  id: string | number;
}>;


export type CampaignDetailQuery = { campaign: { id: string, name: string, state: CampaignState, stateReason: string | null, runAt: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, refusals: Array<{ code: ErrorCode, count: number, lines: Array<number> }>, job: { id: string, state: JobState, done: number, total: number | null, failed: number, error: string | null } | null, template: { id: string, name: string, language: string }, sender: { id: string, display: string }, progress: { accepted: number, refused: number, queued: number, sent: number, delivered: number, read: number, failed: number, unknown: number, suppressed: number, pace: number, doneAt: string | null } } | null };

export type CampaignProgressSubscriptionVariables = Exact<{
  id: string | number;
}>;


export type CampaignProgressSubscription = { campaignProgress: { id: string, name: string, state: CampaignState, stateReason: string | null, runAt: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, refusals: Array<{ code: ErrorCode, count: number, lines: Array<number> }>, job: { id: string, state: JobState, done: number, total: number | null, failed: number, error: string | null } | null, template: { id: string, name: string, language: string }, sender: { id: string, display: string }, progress: { accepted: number, refused: number, queued: number, sent: number, delivered: number, read: number, failed: number, unknown: number, suppressed: number, pace: number, doneAt: string | null } } };

export type PauseCampaignMutationVariables = Exact<{
  id: string | number;
}>;


export type PauseCampaignMutation = { pauseCampaign: { campaign: { id: string, name: string, state: CampaignState, stateReason: string | null, runAt: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, refusals: Array<{ code: ErrorCode, count: number, lines: Array<number> }>, job: { id: string, state: JobState, done: number, total: number | null, failed: number, error: string | null } | null, template: { id: string, name: string, language: string }, sender: { id: string, display: string }, progress: { accepted: number, refused: number, queued: number, sent: number, delivered: number, read: number, failed: number, unknown: number, suppressed: number, pace: number, doneAt: string | null } } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ResumeCampaignMutationVariables = Exact<{
  id: string | number;
}>;


export type ResumeCampaignMutation = { resumeCampaign: { campaign: { id: string, name: string, state: CampaignState, stateReason: string | null, runAt: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, refusals: Array<{ code: ErrorCode, count: number, lines: Array<number> }>, job: { id: string, state: JobState, done: number, total: number | null, failed: number, error: string | null } | null, template: { id: string, name: string, language: string }, sender: { id: string, display: string }, progress: { accepted: number, refused: number, queued: number, sent: number, delivered: number, read: number, failed: number, unknown: number, suppressed: number, pace: number, doneAt: string | null } } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type StopCampaignMutationVariables = Exact<{
  id: string | number;
}>;


export type StopCampaignMutation = { stopCampaign: { campaign: { id: string, name: string, state: CampaignState, stateReason: string | null, runAt: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, refusals: Array<{ code: ErrorCode, count: number, lines: Array<number> }>, job: { id: string, state: JobState, done: number, total: number | null, failed: number, error: string | null } | null, template: { id: string, name: string, language: string }, sender: { id: string, display: string }, progress: { accepted: number, refused: number, queued: number, sent: number, delivered: number, read: number, failed: number, unknown: number, suppressed: number, pace: number, doneAt: string | null } } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ConsentLookUpQueryVariables = Exact<{
  address: string;
  at?: string | null | undefined;
}>;


export type ConsentLookUpQuery = { consent: { at: string, known: boolean, suppressed: Array<Channel>, eventCount: number, ledgerSeq: number, readAt: string, states: Array<{ channel: Channel, purpose: Purpose, granted: boolean, at: string }>, events: Array<{ id: string, channel: Channel, purpose: Purpose, granted: boolean, source: ConsentSource, wordingVersion: string, language: string, occurredAt: string, undated: boolean, recordedAt: string, seq: number }> } };

export type IssueConsentProofMutationVariables = Exact<{
  address: string;
  at?: string | null | undefined;
}>;


export type IssueConsentProofMutation = { issueConsentProof: { document: string | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type RecordConsentsMutationVariables = Exact<{
  input: Array<ConsentInput> | ConsentInput;
}>;


export type RecordConsentsMutation = { recordConsents: { recorded: number, results: Array<{ index: number, recorded: boolean, eventId: string | null, error: { field: string | null, code: ErrorCode, message: string } | null }>, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type WithdrawConsentsMutationVariables = Exact<{
  input: Array<ConsentInput> | ConsentInput;
}>;


export type WithdrawConsentsMutation = { withdrawConsents: { recorded: number, results: Array<{ index: number, recorded: boolean, eventId: string | null, error: { field: string | null, code: ErrorCode, message: string } | null }>, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type CreateConsentImportMutationVariables = Exact<{
  input: ConsentImportInput;
}>;


export type CreateConsentImportMutation = { createConsentImport: { url: string | null, job: { id: string, kind: JobKind, state: JobState, done: number, total: number | null, failed: number, error: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, failures: Array<{ line: number, field: string, code: ErrorCode }> } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ConsentJobFragment = { id: string, kind: JobKind, state: JobState, done: number, total: number | null, failed: number, error: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, failures: Array<{ line: number, field: string, code: ErrorCode }> };

export type ConsentJobStateQueryVariables = Exact<{
  id: string | number;
}>;


export type ConsentJobStateQuery = { job: { id: string, kind: JobKind, state: JobState, done: number, total: number | null, failed: number, error: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, failures: Array<{ line: number, field: string, code: ErrorCode }> } | null };

export type ConsentJobsQueryVariables = Exact<{ [key: string]: never; }>;


export type ConsentJobsQuery = { jobs: Array<{ id: string, kind: JobKind, state: JobState, done: number, total: number | null, failed: number, error: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, failures: Array<{ line: number, field: string, code: ErrorCode }> }> };

export type MessageItemFragment = { id: string, channel: Channel, category: Category, status: MessageStatus, country: string, to: string | null, acceptedAt: string, plannedAt: string, sentAt: string | null, deliveredAt: string | null, readAt: string | null, reason: string | null, errorCode: number | null, attempts: number, expiresOn: string, sender: { id: string, display: string }, template: { id: string, name: string } | null, campaign: { id: string, name: string } | null };

export type MessagesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  where?: MessageFilter | null | undefined;
}>;


export type MessagesQuery = { messages: { edges: Array<{ cursor: string, node: { id: string, channel: Channel, category: Category, status: MessageStatus, country: string, to: string | null, acceptedAt: string, plannedAt: string, sentAt: string | null, deliveredAt: string | null, readAt: string | null, reason: string | null, errorCode: number | null, attempts: number, expiresOn: string, sender: { id: string, display: string }, template: { id: string, name: string } | null, campaign: { id: string, name: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type MessageDetailQueryVariables = Exact<{
  id: string;
}>;


export type MessageDetailQuery = { message: { id: string, channel: Channel, category: Category, status: MessageStatus, country: string, to: string | null, acceptedAt: string, plannedAt: string, sentAt: string | null, deliveredAt: string | null, readAt: string | null, reason: string | null, errorCode: number | null, attempts: number, expiresOn: string, timeline: Array<{ at: string, attempt: number, step: string, errorCode: number | null, note: string | null }>, sender: { id: string, display: string }, template: { id: string, name: string } | null, campaign: { id: string, name: string } | null } | null };

export type RevealMessageMutationVariables = Exact<{
  id: string;
  reason: string;
}>;


export type RevealMessageMutation = { revealMessage: { address: string | null, addressWithheld: Withheld | null, text: string | null, textWithheld: Withheld | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type PortfolioFullFragment = { id: string, metaId: string, name: string, dailyLimit: number | null, reserve: number, tokenSet: boolean, budget: { used: number, left: number | null, nextFreeAt: string | null, emptyAt: string | null }, wabas: Array<{ id: string, metaId: string, name: string }>, senders: Array<{ id: string, channel: Channel, display: string, verifiedName: string, providerId: string, state: SenderState, stopReason: string | null, quality: Quality, messagesPerSecond: number, queued: number, portfolioId: string, webhookUrl: string }> };

export type SenderFullFragment = { id: string, channel: Channel, display: string, verifiedName: string, providerId: string, state: SenderState, stopReason: string | null, quality: Quality, messagesPerSecond: number, queued: number, portfolioId: string, webhookUrl: string };

export type NumbersQueryVariables = Exact<{ [key: string]: never; }>;


export type NumbersQuery = { portfolios: Array<{ id: string, metaId: string, name: string, dailyLimit: number | null, reserve: number, tokenSet: boolean, budget: { used: number, left: number | null, nextFreeAt: string | null, emptyAt: string | null }, wabas: Array<{ id: string, metaId: string, name: string }>, senders: Array<{ id: string, channel: Channel, display: string, verifiedName: string, providerId: string, state: SenderState, stopReason: string | null, quality: Quality, messagesPerSecond: number, queued: number, portfolioId: string, webhookUrl: string }> }> };

export type CreatePortfolioMutationVariables = Exact<{
  input: CreatePortfolioInput;
}>;


export type CreatePortfolioMutation = { createPortfolio: { portfolio: { id: string, metaId: string, name: string, dailyLimit: number | null, reserve: number, tokenSet: boolean, budget: { used: number, left: number | null, nextFreeAt: string | null, emptyAt: string | null }, wabas: Array<{ id: string, metaId: string, name: string }>, senders: Array<{ id: string, channel: Channel, display: string, verifiedName: string, providerId: string, state: SenderState, stopReason: string | null, quality: Quality, messagesPerSecond: number, queued: number, portfolioId: string, webhookUrl: string }> } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type CreateWabaMutationVariables = Exact<{
  input: CreateWabaInput;
}>;


export type CreateWabaMutation = { createWaba: { webhookUrl: string | null, verifyToken: string | null, waba: { id: string, metaId: string, name: string } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type CreateSenderMutationVariables = Exact<{
  input: CreateSenderInput;
}>;


export type CreateSenderMutation = { createSender: { sender: { id: string, channel: Channel, display: string, verifiedName: string, providerId: string, state: SenderState, stopReason: string | null, quality: Quality, messagesPerSecond: number, queued: number, portfolioId: string, webhookUrl: string } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ResumeSenderMutationVariables = Exact<{
  id: string | number;
}>;


export type ResumeSenderMutation = { resumeSender: { sender: { id: string, channel: Channel, display: string, verifiedName: string, providerId: string, state: SenderState, stopReason: string | null, quality: Quality, messagesPerSecond: number, queued: number, portfolioId: string, webhookUrl: string } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ReplacePortfolioTokenMutationVariables = Exact<{
  id: string | number;
  token: string;
}>;


export type ReplacePortfolioTokenMutation = { replacePortfolioToken: { portfolio: { id: string, metaId: string, name: string, dailyLimit: number | null, reserve: number, tokenSet: boolean, budget: { used: number, left: number | null, nextFreeAt: string | null, emptyAt: string | null }, wabas: Array<{ id: string, metaId: string, name: string }>, senders: Array<{ id: string, channel: Channel, display: string, verifiedName: string, providerId: string, state: SenderState, stopReason: string | null, quality: Quality, messagesPerSecond: number, queued: number, portfolioId: string, webhookUrl: string }> } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ReplaceAppSecretMutationVariables = Exact<{
  wabaId: string | number;
  secret: string;
}>;


export type ReplaceAppSecretMutation = { replaceAppSecret: { userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type OverviewNumbersFragment = { targeted: number | null, suppressed: number | null, attempted: number | null, sent: number | null, delivered: number | null, read: number | null, failed: number | null, unknown: number | null, inFlight: number | null, replies: number | null, clicks: number | null, optOuts: number | null, deliveryRate: number | null, readRate: number | null, failureRate: number | null, replyRate: number | null, clickRate: number | null, optOutRate: number | null, spendMicros: number | null, currency: string | null, deliverP50Ms: number | null, deliverP95Ms: number | null };

export type OverviewQueryVariables = Exact<{
  range: TimeRangeInput;
  zone: string;
  granularity: Granularity;
  compare?: Comparison | null | undefined;
}>;


export type OverviewQuery = { analytics: { messageStats: { rows: Array<{ bucketStart: string | null, bucketLabel: string | null, sent: number | null, delivered: number | null, read: number | null, failed: number | null }>, totals: { targeted: number | null, suppressed: number | null, attempted: number | null, sent: number | null, delivered: number | null, read: number | null, failed: number | null, unknown: number | null, inFlight: number | null, replies: number | null, clicks: number | null, optOuts: number | null, deliveryRate: number | null, readRate: number | null, failureRate: number | null, replyRate: number | null, clickRate: number | null, optOutRate: number | null, spendMicros: number | null, currency: string | null, deliverP50Ms: number | null, deliverP95Ms: number | null }, comparison: { rows: Array<{ bucketStart: string | null, bucketLabel: string | null, sent: number | null, delivered: number | null, read: number | null, failed: number | null }>, totals: { targeted: number | null, suppressed: number | null, attempted: number | null, sent: number | null, delivered: number | null, read: number | null, failed: number | null, unknown: number | null, inFlight: number | null, replies: number | null, clicks: number | null, optOuts: number | null, deliveryRate: number | null, readRate: number | null, failureRate: number | null, replyRate: number | null, clickRate: number | null, optOutRate: number | null, spendMicros: number | null, currency: string | null, deliverP50Ms: number | null, deliverP95Ms: number | null } } | null, meta: { from: string, to: string, timeZone: string, dataThrough: string, maturing: boolean, unavailable: Array<{ metric: string, reason: string }> } } }, analyticsDatasets: Array<{ metrics: Array<{ name: string, displayName: string, unit: string, formula: string, goodDirection: string }> }> };

export type OverviewBreakdownQueryVariables = Exact<{
  range: TimeRangeInput;
  zone: string;
}>;


export type OverviewBreakdownQuery = { analytics: { templates: { rows: Array<{ templateId: string | null, templateName: string | null, sent: number | null, delivered: number | null, deliveryRate: number | null, readRate: number | null, replyRate: number | null, failed: number | null }> }, errors: { rows: Array<{ errorCode: number | null, errorText: string | null, failed: number | null, suppressed: number | null }> } } };

export type LiveFiguresFragment = { accepted: number, queued: number, sentPerSecond: number, sentToday: number, failedToday: number, unsettled: number, exportLag: number, at: string };

export type LiveNowQueryVariables = Exact<{ [key: string]: never; }>;


export type LiveNowQuery = { live: { accepted: number, queued: number, sentPerSecond: number, sentToday: number, failedToday: number, unsettled: number, exportLag: number, at: string } };

export type LiveSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type LiveSubscription = { live: { accepted: number, queued: number, sentPerSecond: number, sentToday: number, failedToday: number, unsettled: number, exportLag: number, at: string } };

export type AllowEntryFieldsFragment = { cidr: string, label: string, enabled: boolean, expiresAt: string | null };

export type AllowListFieldsFragment = { state: AllowListState, trialUntil: string | null, ownAddress: string, updatedAt: string | null, entries: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }>, trial: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }> | null };

export type AllowListQueryVariables = Exact<{ [key: string]: never; }>;


export type AllowListQuery = { allowList: { state: AllowListState, trialUntil: string | null, ownAddress: string, updatedAt: string | null, entries: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }>, trial: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }> | null }, blockedAttempts: Array<{ at: string, address: string, credential: Credential, user: { id: string, name: string } | null }> };

export type TestAddressQueryVariables = Exact<{
  address: string;
  entries?: Array<AllowEntryInput> | AllowEntryInput | null | undefined;
}>;


export type TestAddressQuery = { testAddress: { allowed: boolean, entry: { cidr: string, label: string, enabled: boolean, expiresAt: string | null } | null } };

export type SetAllowListMutationVariables = Exact<{
  entries: Array<AllowEntryInput> | AllowEntryInput;
  dryRun: boolean;
}>;


export type SetAllowListMutation = { setAllowList: { allowList: { state: AllowListState, trialUntil: string | null, ownAddress: string, updatedAt: string | null, entries: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }>, trial: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }> | null } | null, cutOff: Array<{ address: string, lastUsedAt: string, user: { id: string, name: string, email: string } | null, apiKey: { id: string, name: string } | null }>, approval: { id: string, expiresAt: string } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ConfirmAllowListMutationVariables = Exact<{ [key: string]: never; }>;


export type ConfirmAllowListMutation = { confirmAllowList: { allowList: { state: AllowListState, trialUntil: string | null, ownAddress: string, updatedAt: string | null, entries: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }>, trial: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }> | null } | null, cutOff: Array<{ address: string }>, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type RollBackAllowListMutationVariables = Exact<{ [key: string]: never; }>;


export type RollBackAllowListMutation = { rollBackAllowList: { allowList: { state: AllowListState, trialUntil: string | null, ownAddress: string, updatedAt: string | null, entries: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }>, trial: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }> | null } | null, cutOff: Array<{ address: string }>, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ApiKeyFieldsFragment = { id: string, name: string, prefix: string, scopes: Array<Scope>, cidrs: Array<string>, test: boolean, quota: number, lastMinute: number, createdAt: string, expiresAt: string, lastUsedAt: string | null, revokedAt: string | null };

export type ApiKeysQueryVariables = Exact<{ [key: string]: never; }>;


export type ApiKeysQuery = { apiKeys: Array<{ id: string, name: string, prefix: string, scopes: Array<Scope>, cidrs: Array<string>, test: boolean, quota: number, lastMinute: number, createdAt: string, expiresAt: string, lastUsedAt: string | null, revokedAt: string | null }> };

export type CreateApiKeyMutationVariables = Exact<{
  input: CreateApiKeyInput;
}>;


export type CreateApiKeyMutation = { createApiKey: { secret: string | null, apiKey: { id: string, name: string, prefix: string, scopes: Array<Scope>, cidrs: Array<string>, test: boolean, quota: number, lastMinute: number, createdAt: string, expiresAt: string, lastUsedAt: string | null, revokedAt: string | null } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type RotateApiKeyMutationVariables = Exact<{
  id: string | number;
  overlapHours: number;
}>;


export type RotateApiKeyMutation = { rotateApiKey: { secret: string | null, apiKey: { id: string, name: string, prefix: string, scopes: Array<Scope>, cidrs: Array<string>, test: boolean, quota: number, lastMinute: number, createdAt: string, expiresAt: string, lastUsedAt: string | null, revokedAt: string | null } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type SetApiKeyQuotaMutationVariables = Exact<{
  id: string | number;
  quota: number;
}>;


export type SetApiKeyQuotaMutation = { setApiKeyQuota: { apiKey: { id: string, name: string, prefix: string, scopes: Array<Scope>, cidrs: Array<string>, test: boolean, quota: number, lastMinute: number, createdAt: string, expiresAt: string, lastUsedAt: string | null, revokedAt: string | null } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type RevokeApiKeyMutationVariables = Exact<{
  id: string | number;
}>;


export type RevokeApiKeyMutation = { revokeApiKey: { apiKey: { id: string, name: string, prefix: string, scopes: Array<Scope>, cidrs: Array<string>, test: boolean, quota: number, lastMinute: number, createdAt: string, expiresAt: string, lastUsedAt: string | null, revokedAt: string | null } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type PeopleQueryVariables = Exact<{ [key: string]: never; }>;


export type PeopleQuery = { users: Array<{ id: string, name: string, email: string, role: Role, disabled: boolean, secondFactor: boolean, lastSignInAt: string | null, createdAt: string }>, openInvites: Array<{ id: string, email: string, role: Role, createdAt: string, expiresAt: string, invitedBy: { id: string, name: string } | null }>, factorCoverage: { total: number, enrolled: number, withPasskey: number, people: Array<{ enrolled: boolean, totp: boolean, passkeys: number, recoveryCodes: number, user: { id: string, name: string, email: string } }> } };

export type InviteUserMutationVariables = Exact<{
  input: InviteUserInput;
}>;


export type InviteUserMutation = { inviteUser: { url: string | null, mailed: boolean, expiresAt: string | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type SetUserDisabledMutationVariables = Exact<{
  id: string | number;
  disabled: boolean;
}>;


export type SetUserDisabledMutation = { setUserDisabled: { userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type SessionsQueryVariables = Exact<{ [key: string]: never; }>;


export type SessionsQuery = { sessions: Array<{ id: string, address: string, agent: string, factors: Array<string>, createdAt: string, lastUsedAt: string, expiresAt: string, current: boolean }> };

export type EndSessionMutationVariables = Exact<{
  id: string | number;
}>;


export type EndSessionMutation = { endSession: { ended: number, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type EndOtherSessionsMutationVariables = Exact<{ [key: string]: never; }>;


export type EndOtherSessionsMutation = { endOtherSessions: { ended: number, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type AuditQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  action?: string | null | undefined;
}>;


export type AuditQuery = { audit: { edges: Array<{ cursor: string, node: { id: string, at: string, action: string, address: string | null, target: string | null, detail: Array<string>, user: { id: string, name: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ResendInviteMutationVariables = Exact<{
  id: string | number;
}>;


export type ResendInviteMutation = { resendInvite: { url: string | null, mailed: boolean, expiresAt: string | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type WithdrawInviteMutationVariables = Exact<{
  id: string | number;
}>;


export type WithdrawInviteMutation = { withdrawInvite: { userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type SetUserRoleMutationVariables = Exact<{
  id: string | number;
  role: Role;
}>;


export type SetUserRoleMutation = { setUserRole: { userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ResetUserFactorsMutationVariables = Exact<{
  id: string | number;
}>;


export type ResetUserFactorsMutation = { resetUserFactors: { userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type EndUserSessionsMutationVariables = Exact<{
  id: string | number;
}>;


export type EndUserSessionsMutation = { endUserSessions: { ended: number, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type PasskeysQueryVariables = Exact<{ [key: string]: never; }>;


export type PasskeysQuery = { passkeys: Array<{ id: string, name: string, backedUp: boolean, createdAt: string, lastUsedAt: string | null }> };

export type ChangePasswordMutationVariables = Exact<{
  input: ChangePasswordInput;
}>;


export type ChangePasswordMutation = { changePassword: { userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type BeginReplacementMutationVariables = Exact<{ [key: string]: never; }>;


export type BeginReplacementMutation = { beginReplacement: { uri: string | null, manualKey: string | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ConfirmReplacementMutationVariables = Exact<{
  code: string;
}>;


export type ConfirmReplacementMutation = { confirmReplacement: { userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type RenewRecoveryCodesMutationVariables = Exact<{ [key: string]: never; }>;


export type RenewRecoveryCodesMutation = { renewRecoveryCodes: { recoveryCodes: Array<string> | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type BeginPasskeyMutationVariables = Exact<{ [key: string]: never; }>;


export type BeginPasskeyMutation = { beginPasskey: { ceremony: { id: string, options: string } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type FinishPasskeyMutationVariables = Exact<{
  input: NewPasskeyInput;
}>;


export type FinishPasskeyMutation = { finishPasskey: { passkey: { id: string } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type RenamePasskeyMutationVariables = Exact<{
  id: string | number;
  name: string;
}>;


export type RenamePasskeyMutation = { renamePasskey: { userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type RemovePasskeyMutationVariables = Exact<{
  id: string | number;
}>;


export type RemovePasskeyMutation = { removePasskey: { userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type PolicyFieldsFragment = { idleMinutes: number, sessionHours: number, sessionCount: number, approveCampaignsAbove: number | null, approvalActs: Array<ApprovalAct>, approvalHours: number };

export type SecurityPolicyQueryVariables = Exact<{ [key: string]: never; }>;


export type SecurityPolicyQuery = { securityPolicy: { idleMinutes: number, sessionHours: number, sessionCount: number, approveCampaignsAbove: number | null, approvalActs: Array<ApprovalAct>, approvalHours: number } };

export type SetSecurityPolicyMutationVariables = Exact<{
  input: SecurityPolicyInput;
}>;


export type SetSecurityPolicyMutation = { setSecurityPolicy: { policy: { idleMinutes: number, sessionHours: number, sessionCount: number, approveCampaignsAbove: number | null, approvalActs: Array<ApprovalAct>, approvalHours: number } | null, approval: { id: string, expiresAt: string } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ExportEvidenceMutationVariables = Exact<{
  input: EvidenceInput;
}>;


export type ExportEvidenceMutation = { exportEvidence: { url: string | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type KeepingFieldsFragment = { addressMode: StorageMode, contentMode: StorageMode, messageDays: number, summaryDays: number, messageTerms: Array<number>, summaryTerms: Array<number>, tightening: { id: string, state: JobState, done: number, total: number | null, failed: number, startedAt: string | null, finishedAt: string | null } | null };

export type KeepingQueryVariables = Exact<{ [key: string]: never; }>;


export type KeepingQuery = { keeping: { addressMode: StorageMode, contentMode: StorageMode, messageDays: number, summaryDays: number, messageTerms: Array<number>, summaryTerms: Array<number>, tightening: { id: string, state: JobState, done: number, total: number | null, failed: number, startedAt: string | null, finishedAt: string | null } | null } };

export type SetKeepingMutationVariables = Exact<{
  input: SetKeepingInput;
}>;


export type SetKeepingMutation = { setKeeping: { keeping: { addressMode: StorageMode, contentMode: StorageMode, messageDays: number, summaryDays: number, messageTerms: Array<number>, summaryTerms: Array<number>, tightening: { id: string, state: JobState, done: number, total: number | null, failed: number, startedAt: string | null, finishedAt: string | null } | null } | null, approval: { id: string, expiresAt: string } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type SendTemplateFragment = { id: string, wabaId: string, name: string, language: string, category: Category, header: string | null, headerExample: string | null, body: string, bodyExamples: Array<string>, footer: string | null, variables: Array<string>, sendable: boolean, state: TemplateState, buttons: Array<{ kind: ButtonKind, text: string, url: string | null, urlExample: string | null }> };

export type SendChoicesQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type SendChoicesQuery = { templates: { edges: Array<{ node: { id: string, wabaId: string, name: string, language: string, category: Category, header: string | null, headerExample: string | null, body: string, bodyExamples: Array<string>, footer: string | null, variables: Array<string>, sendable: boolean, state: TemplateState, buttons: Array<{ kind: ButtonKind, text: string, url: string | null, urlExample: string | null }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, senders: Array<{ id: string, display: string, verifiedName: string, state: SenderState, quality: Quality, messagesPerSecond: number, portfolioId: string }>, portfolios: Array<{ id: string, dailyLimit: number | null, reserve: number, budget: { used: number, left: number | null, emptyAt: string | null } }> };

export type SendCampaignFragment = { id: string, name: string, state: CampaignState, stateReason: string | null, runAt: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, template: { id: string, name: string, language: string }, sender: { id: string, display: string }, refusals: Array<{ code: ErrorCode, count: number, lines: Array<number> }>, progress: { accepted: number, refused: number, queued: number, sent: number, delivered: number, read: number, failed: number, unknown: number, suppressed: number, pace: number, doneAt: string | null }, job: { id: string, state: JobState, done: number, total: number | null, failed: number, error: string | null } | null };

export type SendCampaignStateQueryVariables = Exact<{
  id: string | number;
}>;


export type SendCampaignStateQuery = { campaign: { id: string, name: string, state: CampaignState, stateReason: string | null, runAt: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, template: { id: string, name: string, language: string }, sender: { id: string, display: string }, refusals: Array<{ code: ErrorCode, count: number, lines: Array<number> }>, progress: { accepted: number, refused: number, queued: number, sent: number, delivered: number, read: number, failed: number, unknown: number, suppressed: number, pace: number, doneAt: string | null }, job: { id: string, state: JobState, done: number, total: number | null, failed: number, error: string | null } | null } | null };

export type CreateSendCampaignMutationVariables = Exact<{
  input: CreateCampaignInput;
}>;


export type CreateSendCampaignMutation = { createCampaign: { campaign: { id: string, name: string, state: CampaignState, stateReason: string | null, runAt: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, template: { id: string, name: string, language: string }, sender: { id: string, display: string }, refusals: Array<{ code: ErrorCode, count: number, lines: Array<number> }>, progress: { accepted: number, refused: number, queued: number, sent: number, delivered: number, read: number, failed: number, unknown: number, suppressed: number, pace: number, doneAt: string | null }, job: { id: string, state: JobState, done: number, total: number | null, failed: number, error: string | null } | null } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type UploadAudienceMutationVariables = Exact<{
  input: AudienceInput;
}>;


export type UploadAudienceMutation = { uploadAudience: { url: string | null, job: { id: string, state: JobState, done: number, total: number | null, failed: number, error: string | null } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type StartSendCampaignMutationVariables = Exact<{
  id: string | number;
  runAt?: string | null | undefined;
}>;


export type StartSendCampaignMutation = { startCampaign: { campaign: { id: string, name: string, state: CampaignState, stateReason: string | null, runAt: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, template: { id: string, name: string, language: string }, sender: { id: string, display: string }, refusals: Array<{ code: ErrorCode, count: number, lines: Array<number> }>, progress: { accepted: number, refused: number, queued: number, sent: number, delivered: number, read: number, failed: number, unknown: number, suppressed: number, pace: number, doneAt: string | null }, job: { id: string, state: JobState, done: number, total: number | null, failed: number, error: string | null } | null } | null, approval: { id: string, expiresAt: string } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type SignInMutationVariables = Exact<{
  input: SignInInput;
}>;


export type SignInMutation = { signIn: { state: SignInState | null, pendingToken: string | null, secondFactors: Array<SecondFactor>, accessToken: string | null, expiresAt: string | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ConfirmSecondFactorMutationVariables = Exact<{
  input: SecondFactorInput;
}>;


export type ConfirmSecondFactorMutation = { confirmSecondFactor: { state: SignInState | null, accessToken: string | null, expiresAt: string | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type UseRecoveryCodeMutationVariables = Exact<{
  input: RecoveryInput;
}>;


export type UseRecoveryCodeMutation = { useRecoveryCode: { state: SignInState | null, pendingToken: string | null, accessToken: string | null, expiresAt: string | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type BeginEnrolmentMutationVariables = Exact<{
  pendingToken: string;
}>;


export type BeginEnrolmentMutation = { beginEnrolment: { uri: string | null, manualKey: string | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ConfirmEnrolmentMutationVariables = Exact<{
  input: SecondFactorInput;
}>;


export type ConfirmEnrolmentMutation = { confirmEnrolment: { accessToken: string | null, expiresAt: string | null, recoveryCodes: Array<string> | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type InviteQueryVariables = Exact<{
  token: string;
}>;


export type InviteQuery = { invite: { email: string, role: Role, brand: string, expiresAt: string } | null };

export type AcceptInviteMutationVariables = Exact<{
  input: AcceptInviteInput;
}>;


export type AcceptInviteMutation = { acceptInvite: { state: SignInState | null, pendingToken: string | null, accessToken: string | null, expiresAt: string | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type SendsMailQueryVariables = Exact<{ [key: string]: never; }>;


export type SendsMailQuery = { sendsMail: boolean };

export type RequestPasswordResetMutationVariables = Exact<{
  email: string;
}>;


export type RequestPasswordResetMutation = { requestPasswordReset: { userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ResetPasswordMutationVariables = Exact<{
  input: ResetPasswordInput;
}>;


export type ResetPasswordMutation = { resetPassword: { userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type BeginPasskeySignInMutationVariables = Exact<{
  pendingToken: string;
}>;


export type BeginPasskeySignInMutation = { beginPasskeySignIn: { ceremony: { id: string, options: string } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type FinishPasskeySignInMutationVariables = Exact<{
  pendingToken: string;
  input: PasskeyAnswerInput;
}>;


export type FinishPasskeySignInMutation = { finishPasskeySignIn: { state: SignInState | null, accessToken: string | null, expiresAt: string | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type TemplateListItemFragment = { id: string, name: string, language: string, category: Category, askedCategory: Category, state: TemplateState, stateAt: string, quality: Quality, body: string, sendable: boolean, createdAt: string };

export type TemplateFullFragment = { id: string, wabaId: string, name: string, language: string, category: Category, askedCategory: Category, parameterFormat: ParameterFormat, state: TemplateState, stateReason: string | null, stateAt: string, quality: Quality, header: string | null, headerExample: string | null, body: string, bodyExamples: Array<string>, footer: string | null, variables: Array<string>, sendable: boolean, createdAt: string, buttons: Array<{ kind: ButtonKind, text: string, url: string | null, urlExample: string | null }> };

export type TemplatesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  where?: TemplateFilter | null | undefined;
}>;


export type TemplatesQuery = { templates: { edges: Array<{ cursor: string, node: { id: string, name: string, language: string, category: Category, askedCategory: Category, state: TemplateState, stateAt: string, quality: Quality, body: string, sendable: boolean, createdAt: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type TemplateDetailQueryVariables = Exact<{
  id: string | number;
}>;


export type TemplateDetailQuery = { template: { id: string, wabaId: string, name: string, language: string, category: Category, askedCategory: Category, parameterFormat: ParameterFormat, state: TemplateState, stateReason: string | null, stateAt: string, quality: Quality, header: string | null, headerExample: string | null, body: string, bodyExamples: Array<string>, footer: string | null, variables: Array<string>, sendable: boolean, createdAt: string, buttons: Array<{ kind: ButtonKind, text: string, url: string | null, urlExample: string | null }> } | null };

export type TemplateAccountsQueryVariables = Exact<{ [key: string]: never; }>;


export type TemplateAccountsQuery = { portfolios: Array<{ id: string, name: string, wabas: Array<{ id: string, name: string }> }> };

export type CheckTemplateQueryVariables = Exact<{
  input: TemplateInput;
}>;


export type CheckTemplateQuery = { checkTemplate: Array<{ field: string | null, code: ErrorCode, message: string }> };

export type CreateTemplateMutationVariables = Exact<{
  input: TemplateInput;
}>;


export type CreateTemplateMutation = { createTemplate: { template: { id: string, wabaId: string, name: string, language: string, category: Category, askedCategory: Category, parameterFormat: ParameterFormat, state: TemplateState, stateReason: string | null, stateAt: string, quality: Quality, header: string | null, headerExample: string | null, body: string, bodyExamples: Array<string>, footer: string | null, variables: Array<string>, sendable: boolean, createdAt: string, buttons: Array<{ kind: ButtonKind, text: string, url: string | null, urlExample: string | null }> } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type UpdateTemplateMutationVariables = Exact<{
  id: string | number;
  input: TemplateInput;
}>;


export type UpdateTemplateMutation = { updateTemplate: { template: { id: string, wabaId: string, name: string, language: string, category: Category, askedCategory: Category, parameterFormat: ParameterFormat, state: TemplateState, stateReason: string | null, stateAt: string, quality: Quality, header: string | null, headerExample: string | null, body: string, bodyExamples: Array<string>, footer: string | null, variables: Array<string>, sendable: boolean, createdAt: string, buttons: Array<{ kind: ButtonKind, text: string, url: string | null, urlExample: string | null }> } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type SubmitTemplateMutationVariables = Exact<{
  id: string | number;
}>;


export type SubmitTemplateMutation = { submitTemplate: { template: { id: string, wabaId: string, name: string, language: string, category: Category, askedCategory: Category, parameterFormat: ParameterFormat, state: TemplateState, stateReason: string | null, stateAt: string, quality: Quality, header: string | null, headerExample: string | null, body: string, bodyExamples: Array<string>, footer: string | null, variables: Array<string>, sendable: boolean, createdAt: string, buttons: Array<{ kind: ButtonKind, text: string, url: string | null, urlExample: string | null }> } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type DeleteTemplateMutationVariables = Exact<{
  id: string | number;
}>;


export type DeleteTemplateMutation = { deleteTemplate: { template: { id: string, state: TemplateState } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { permissions: Array<Permission>, address: string, user: { id: string, name: string, email: string, role: Role, secondFactor: boolean }, tenant: { id: string, name: string, brand: string, zone: string, country: string, locale: string, currency: string, state: TenantState, addressMode: StorageMode, contentMode: StorageMode, messageDays: number } } };

export type RefreshSessionMutationVariables = Exact<{ [key: string]: never; }>;


export type RefreshSessionMutation = { refreshSession: { state: SignInState | null, accessToken: string | null, expiresAt: string | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type SignOutMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutMutation = { signOut: { userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type StepUpMutationVariables = Exact<{
  code: string;
}>;


export type StepUpMutation = { stepUp: { userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type OwnFactorsQueryVariables = Exact<{ [key: string]: never; }>;


export type OwnFactorsQuery = { factors: { enrolled: boolean, totp: boolean, passkeys: number, recoveryCodes: number } };

export type BeginPasskeyStepUpMutationVariables = Exact<{ [key: string]: never; }>;


export type BeginPasskeyStepUpMutation = { beginPasskeyStepUp: { ceremony: { id: string, options: string } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type FinishPasskeyStepUpMutationVariables = Exact<{
  input: PasskeyAnswerInput;
}>;


export type FinishPasskeyStepUpMutation = { finishPasskeyStepUp: { userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ApprovalsToDecideQueryVariables = Exact<{ [key: string]: never; }>;


export type ApprovalsToDecideQuery = { approvals: { edges: Array<{ node: { id: string, mayDecide: boolean } }> } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const ApprovalFieldsFragmentDoc = new TypedDocumentString(`
    fragment ApprovalFields on Approval {
  id
  act
  state
  subject
  changes {
    field
    before
    after
  }
  maker {
    id
    name
    email
  }
  checker {
    id
    name
    email
  }
  reason
  createdAt
  expiresAt
  decidedAt
  mayDecide
  mayWithdraw
}
    `, {"fragmentName":"ApprovalFields"}) as unknown as TypedDocumentString<ApprovalFieldsFragment, unknown>;
export const CampaignItemFragmentDoc = new TypedDocumentString(`
    fragment CampaignItem on Campaign {
  id
  name
  state
  stateReason
  template {
    id
    name
    language
  }
  sender {
    id
    display
  }
  progress {
    accepted
    refused
    queued
    sent
    delivered
    read
    failed
    unknown
    suppressed
    pace
    doneAt
  }
  runAt
  createdAt
  startedAt
  finishedAt
}
    `, {"fragmentName":"CampaignItem"}) as unknown as TypedDocumentString<CampaignItemFragment, unknown>;
export const CampaignFullFragmentDoc = new TypedDocumentString(`
    fragment CampaignFull on Campaign {
  ...CampaignItem
  refusals {
    code
    count
    lines
  }
  job {
    id
    state
    done
    total
    failed
    error
  }
}
    fragment CampaignItem on Campaign {
  id
  name
  state
  stateReason
  template {
    id
    name
    language
  }
  sender {
    id
    display
  }
  progress {
    accepted
    refused
    queued
    sent
    delivered
    read
    failed
    unknown
    suppressed
    pace
    doneAt
  }
  runAt
  createdAt
  startedAt
  finishedAt
}`, {"fragmentName":"CampaignFull"}) as unknown as TypedDocumentString<CampaignFullFragment, unknown>;
export const ConsentJobFragmentDoc = new TypedDocumentString(`
    fragment ConsentJob on Job {
  id
  kind
  state
  done
  total
  failed
  error
  createdAt
  startedAt
  finishedAt
  failures {
    line
    field
    code
  }
}
    `, {"fragmentName":"ConsentJob"}) as unknown as TypedDocumentString<ConsentJobFragment, unknown>;
export const MessageItemFragmentDoc = new TypedDocumentString(`
    fragment MessageItem on Message {
  id
  channel
  category
  status
  country
  to
  acceptedAt
  plannedAt
  sentAt
  deliveredAt
  readAt
  reason
  errorCode
  attempts
  expiresOn
  sender {
    id
    display
  }
  template {
    id
    name
  }
  campaign {
    id
    name
  }
}
    `, {"fragmentName":"MessageItem"}) as unknown as TypedDocumentString<MessageItemFragment, unknown>;
export const SenderFullFragmentDoc = new TypedDocumentString(`
    fragment SenderFull on Sender {
  id
  channel
  display
  verifiedName
  providerId
  state
  stopReason
  quality
  messagesPerSecond
  queued
  portfolioId
  webhookUrl
}
    `, {"fragmentName":"SenderFull"}) as unknown as TypedDocumentString<SenderFullFragment, unknown>;
export const PortfolioFullFragmentDoc = new TypedDocumentString(`
    fragment PortfolioFull on Portfolio {
  id
  metaId
  name
  dailyLimit
  reserve
  tokenSet
  budget {
    used
    left
    nextFreeAt
    emptyAt
  }
  wabas {
    id
    metaId
    name
  }
  senders {
    ...SenderFull
  }
}
    fragment SenderFull on Sender {
  id
  channel
  display
  verifiedName
  providerId
  state
  stopReason
  quality
  messagesPerSecond
  queued
  portfolioId
  webhookUrl
}`, {"fragmentName":"PortfolioFull"}) as unknown as TypedDocumentString<PortfolioFullFragment, unknown>;
export const OverviewNumbersFragmentDoc = new TypedDocumentString(`
    fragment OverviewNumbers on MessageStatsRow {
  targeted
  suppressed
  attempted
  sent
  delivered
  read
  failed
  unknown
  inFlight
  replies
  clicks
  optOuts
  deliveryRate
  readRate
  failureRate
  replyRate
  clickRate
  optOutRate
  spendMicros
  currency
  deliverP50Ms
  deliverP95Ms
}
    `, {"fragmentName":"OverviewNumbers"}) as unknown as TypedDocumentString<OverviewNumbersFragment, unknown>;
export const LiveFiguresFragmentDoc = new TypedDocumentString(`
    fragment LiveFigures on LiveNumbers {
  accepted
  queued
  sentPerSecond
  sentToday
  failedToday
  unsettled
  exportLag
  at
}
    `, {"fragmentName":"LiveFigures"}) as unknown as TypedDocumentString<LiveFiguresFragment, unknown>;
export const AllowEntryFieldsFragmentDoc = new TypedDocumentString(`
    fragment AllowEntryFields on AllowEntry {
  cidr
  label
  enabled
  expiresAt
}
    `, {"fragmentName":"AllowEntryFields"}) as unknown as TypedDocumentString<AllowEntryFieldsFragment, unknown>;
export const AllowListFieldsFragmentDoc = new TypedDocumentString(`
    fragment AllowListFields on AllowList {
  state
  entries {
    ...AllowEntryFields
  }
  trial {
    ...AllowEntryFields
  }
  trialUntil
  ownAddress
  updatedAt
}
    fragment AllowEntryFields on AllowEntry {
  cidr
  label
  enabled
  expiresAt
}`, {"fragmentName":"AllowListFields"}) as unknown as TypedDocumentString<AllowListFieldsFragment, unknown>;
export const ApiKeyFieldsFragmentDoc = new TypedDocumentString(`
    fragment ApiKeyFields on ApiKey {
  id
  name
  prefix
  scopes
  cidrs
  test
  quota
  lastMinute
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}
    `, {"fragmentName":"ApiKeyFields"}) as unknown as TypedDocumentString<ApiKeyFieldsFragment, unknown>;
export const PolicyFieldsFragmentDoc = new TypedDocumentString(`
    fragment PolicyFields on SecurityPolicy {
  idleMinutes
  sessionHours
  sessionCount
  approveCampaignsAbove
  approvalActs
  approvalHours
}
    `, {"fragmentName":"PolicyFields"}) as unknown as TypedDocumentString<PolicyFieldsFragment, unknown>;
export const KeepingFieldsFragmentDoc = new TypedDocumentString(`
    fragment KeepingFields on Keeping {
  addressMode
  contentMode
  messageDays
  summaryDays
  messageTerms
  summaryTerms
  tightening {
    id
    state
    done
    total
    failed
    startedAt
    finishedAt
  }
}
    `, {"fragmentName":"KeepingFields"}) as unknown as TypedDocumentString<KeepingFieldsFragment, unknown>;
export const SendTemplateFragmentDoc = new TypedDocumentString(`
    fragment SendTemplate on Template {
  id
  wabaId
  name
  language
  category
  header
  headerExample
  body
  bodyExamples
  footer
  buttons {
    kind
    text
    url
    urlExample
  }
  variables
  sendable
  state
}
    `, {"fragmentName":"SendTemplate"}) as unknown as TypedDocumentString<SendTemplateFragment, unknown>;
export const SendCampaignFragmentDoc = new TypedDocumentString(`
    fragment SendCampaign on Campaign {
  id
  name
  state
  stateReason
  template {
    id
    name
    language
  }
  sender {
    id
    display
  }
  refusals {
    code
    count
    lines
  }
  progress {
    accepted
    refused
    queued
    sent
    delivered
    read
    failed
    unknown
    suppressed
    pace
    doneAt
  }
  job {
    id
    state
    done
    total
    failed
    error
  }
  runAt
  createdAt
  startedAt
  finishedAt
}
    `, {"fragmentName":"SendCampaign"}) as unknown as TypedDocumentString<SendCampaignFragment, unknown>;
export const TemplateListItemFragmentDoc = new TypedDocumentString(`
    fragment TemplateListItem on Template {
  id
  name
  language
  category
  askedCategory
  state
  stateAt
  quality
  body
  sendable
  createdAt
}
    `, {"fragmentName":"TemplateListItem"}) as unknown as TypedDocumentString<TemplateListItemFragment, unknown>;
export const TemplateFullFragmentDoc = new TypedDocumentString(`
    fragment TemplateFull on Template {
  id
  wabaId
  name
  language
  category
  askedCategory
  parameterFormat
  state
  stateReason
  stateAt
  quality
  header
  headerExample
  body
  bodyExamples
  footer
  buttons {
    kind
    text
    url
    urlExample
  }
  variables
  sendable
  createdAt
}
    `, {"fragmentName":"TemplateFull"}) as unknown as TypedDocumentString<TemplateFullFragment, unknown>;
export const ApprovalsDocument = new TypedDocumentString(`
    query Approvals($state: ApprovalState, $first: Int!, $after: Cursor) {
  approvals(state: $state, first: $first, after: $after) {
    edges {
      cursor
      node {
        ...ApprovalFields
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment ApprovalFields on Approval {
  id
  act
  state
  subject
  changes {
    field
    before
    after
  }
  maker {
    id
    name
    email
  }
  checker {
    id
    name
    email
  }
  reason
  createdAt
  expiresAt
  decidedAt
  mayDecide
  mayWithdraw
}`, {"hash":"sha256:ad7e5c06da9b6da1d74f72315c0451db97675b9ab4b783b383a59775333d8ea2"}) as unknown as TypedDocumentString<ApprovalsQuery, ApprovalsQueryVariables>;
export const ApprovalDetailDocument = new TypedDocumentString(`
    query ApprovalDetail($id: ID!) {
  approval(id: $id) {
    ...ApprovalFields
  }
}
    fragment ApprovalFields on Approval {
  id
  act
  state
  subject
  changes {
    field
    before
    after
  }
  maker {
    id
    name
    email
  }
  checker {
    id
    name
    email
  }
  reason
  createdAt
  expiresAt
  decidedAt
  mayDecide
  mayWithdraw
}`, {"hash":"sha256:b8fe53796d52c317662fa8469aedffe051307161841a865090b86c018661bdbe"}) as unknown as TypedDocumentString<ApprovalDetailQuery, ApprovalDetailQueryVariables>;
export const ApproveDocument = new TypedDocumentString(`
    mutation Approve($id: ID!) {
  approve(id: $id) {
    approval {
      ...ApprovalFields
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment ApprovalFields on Approval {
  id
  act
  state
  subject
  changes {
    field
    before
    after
  }
  maker {
    id
    name
    email
  }
  checker {
    id
    name
    email
  }
  reason
  createdAt
  expiresAt
  decidedAt
  mayDecide
  mayWithdraw
}`, {"hash":"sha256:8c643c4506892bd4c09b3090efbf2a604297c93391c338a4308985bfe6628dd0"}) as unknown as TypedDocumentString<ApproveMutation, ApproveMutationVariables>;
export const RejectDocument = new TypedDocumentString(`
    mutation Reject($id: ID!, $reason: String!) {
  reject(id: $id, reason: $reason) {
    approval {
      ...ApprovalFields
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment ApprovalFields on Approval {
  id
  act
  state
  subject
  changes {
    field
    before
    after
  }
  maker {
    id
    name
    email
  }
  checker {
    id
    name
    email
  }
  reason
  createdAt
  expiresAt
  decidedAt
  mayDecide
  mayWithdraw
}`, {"hash":"sha256:8813d45f763d55e2382e1fc153016c25ae0b2408de90df9a62ab8c6abd0e68a5"}) as unknown as TypedDocumentString<RejectMutation, RejectMutationVariables>;
export const WithdrawDocument = new TypedDocumentString(`
    mutation Withdraw($id: ID!) {
  withdraw(id: $id) {
    approval {
      ...ApprovalFields
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment ApprovalFields on Approval {
  id
  act
  state
  subject
  changes {
    field
    before
    after
  }
  maker {
    id
    name
    email
  }
  checker {
    id
    name
    email
  }
  reason
  createdAt
  expiresAt
  decidedAt
  mayDecide
  mayWithdraw
}`, {"hash":"sha256:84af715287164e8244818e67029b31153b2887b63a13e2355f5deaf730022968"}) as unknown as TypedDocumentString<WithdrawMutation, WithdrawMutationVariables>;
export const CampaignsDocument = new TypedDocumentString(`
    query Campaigns($first: Int!, $after: Cursor, $states: [CampaignState!]) {
  campaigns(first: $first, after: $after, states: $states) {
    edges {
      cursor
      node {
        ...CampaignItem
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment CampaignItem on Campaign {
  id
  name
  state
  stateReason
  template {
    id
    name
    language
  }
  sender {
    id
    display
  }
  progress {
    accepted
    refused
    queued
    sent
    delivered
    read
    failed
    unknown
    suppressed
    pace
    doneAt
  }
  runAt
  createdAt
  startedAt
  finishedAt
}`, {"hash":"sha256:ef6893fcd2ecfeec964d68bacf441079f5b94f545b66f582159620e5020a1926"}) as unknown as TypedDocumentString<CampaignsQuery, CampaignsQueryVariables>;
export const CampaignDetailDocument = new TypedDocumentString(`
    query CampaignDetail($id: ID!) {
  campaign(id: $id) {
    ...CampaignFull
  }
}
    fragment CampaignItem on Campaign {
  id
  name
  state
  stateReason
  template {
    id
    name
    language
  }
  sender {
    id
    display
  }
  progress {
    accepted
    refused
    queued
    sent
    delivered
    read
    failed
    unknown
    suppressed
    pace
    doneAt
  }
  runAt
  createdAt
  startedAt
  finishedAt
}
fragment CampaignFull on Campaign {
  ...CampaignItem
  refusals {
    code
    count
    lines
  }
  job {
    id
    state
    done
    total
    failed
    error
  }
}`, {"hash":"sha256:6cf7817c7538065c7a6bc01626c13b8f485ad6c4810ef0952873a6c7ead2b401"}) as unknown as TypedDocumentString<CampaignDetailQuery, CampaignDetailQueryVariables>;
export const CampaignProgressDocument = new TypedDocumentString(`
    subscription CampaignProgress($id: ID!) {
  campaignProgress(id: $id) {
    ...CampaignFull
  }
}
    fragment CampaignItem on Campaign {
  id
  name
  state
  stateReason
  template {
    id
    name
    language
  }
  sender {
    id
    display
  }
  progress {
    accepted
    refused
    queued
    sent
    delivered
    read
    failed
    unknown
    suppressed
    pace
    doneAt
  }
  runAt
  createdAt
  startedAt
  finishedAt
}
fragment CampaignFull on Campaign {
  ...CampaignItem
  refusals {
    code
    count
    lines
  }
  job {
    id
    state
    done
    total
    failed
    error
  }
}`, {"hash":"sha256:bfe64f5c2dddb177ea9a57e28751edc3eb5923403dcb2e1c0bfa67c38fe4e7c9"}) as unknown as TypedDocumentString<CampaignProgressSubscription, CampaignProgressSubscriptionVariables>;
export const PauseCampaignDocument = new TypedDocumentString(`
    mutation PauseCampaign($id: ID!) {
  pauseCampaign(id: $id) {
    campaign {
      ...CampaignFull
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment CampaignItem on Campaign {
  id
  name
  state
  stateReason
  template {
    id
    name
    language
  }
  sender {
    id
    display
  }
  progress {
    accepted
    refused
    queued
    sent
    delivered
    read
    failed
    unknown
    suppressed
    pace
    doneAt
  }
  runAt
  createdAt
  startedAt
  finishedAt
}
fragment CampaignFull on Campaign {
  ...CampaignItem
  refusals {
    code
    count
    lines
  }
  job {
    id
    state
    done
    total
    failed
    error
  }
}`, {"hash":"sha256:d3c97c7ed47d233b3cd8d29c044ed731276a8790369071acca6a695e9d278863"}) as unknown as TypedDocumentString<PauseCampaignMutation, PauseCampaignMutationVariables>;
export const ResumeCampaignDocument = new TypedDocumentString(`
    mutation ResumeCampaign($id: ID!) {
  resumeCampaign(id: $id) {
    campaign {
      ...CampaignFull
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment CampaignItem on Campaign {
  id
  name
  state
  stateReason
  template {
    id
    name
    language
  }
  sender {
    id
    display
  }
  progress {
    accepted
    refused
    queued
    sent
    delivered
    read
    failed
    unknown
    suppressed
    pace
    doneAt
  }
  runAt
  createdAt
  startedAt
  finishedAt
}
fragment CampaignFull on Campaign {
  ...CampaignItem
  refusals {
    code
    count
    lines
  }
  job {
    id
    state
    done
    total
    failed
    error
  }
}`, {"hash":"sha256:0b74cb82e3bcd8684c2580993e3685c7dddcb35639b38904c7ad8995fa1c1176"}) as unknown as TypedDocumentString<ResumeCampaignMutation, ResumeCampaignMutationVariables>;
export const StopCampaignDocument = new TypedDocumentString(`
    mutation StopCampaign($id: ID!) {
  stopCampaign(id: $id) {
    campaign {
      ...CampaignFull
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment CampaignItem on Campaign {
  id
  name
  state
  stateReason
  template {
    id
    name
    language
  }
  sender {
    id
    display
  }
  progress {
    accepted
    refused
    queued
    sent
    delivered
    read
    failed
    unknown
    suppressed
    pace
    doneAt
  }
  runAt
  createdAt
  startedAt
  finishedAt
}
fragment CampaignFull on Campaign {
  ...CampaignItem
  refusals {
    code
    count
    lines
  }
  job {
    id
    state
    done
    total
    failed
    error
  }
}`, {"hash":"sha256:c4de01a7def104b1bcebabe6643c1134145e650f6ebba30984bae4877a1561ff"}) as unknown as TypedDocumentString<StopCampaignMutation, StopCampaignMutationVariables>;
export const ConsentLookUpDocument = new TypedDocumentString(`
    query ConsentLookUp($address: String!, $at: Time) {
  consent(address: $address, at: $at) {
    at
    known
    suppressed
    eventCount
    ledgerSeq
    readAt
    states {
      channel
      purpose
      granted
      at
    }
    events {
      id
      channel
      purpose
      granted
      source
      wordingVersion
      language
      occurredAt
      undated
      recordedAt
      seq
    }
  }
}
    `, {"hash":"sha256:ff1c4f169fc69ea66127a419886c63c7773dbea0033558ad58f4ad097e274ac3"}) as unknown as TypedDocumentString<ConsentLookUpQuery, ConsentLookUpQueryVariables>;
export const IssueConsentProofDocument = new TypedDocumentString(`
    mutation IssueConsentProof($address: String!, $at: Time) {
  issueConsentProof(address: $address, at: $at) {
    document
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:768c04cb44c73336c788fb769a9d37f725e9921ada82e21bed952df6473c8181"}) as unknown as TypedDocumentString<IssueConsentProofMutation, IssueConsentProofMutationVariables>;
export const RecordConsentsDocument = new TypedDocumentString(`
    mutation RecordConsents($input: [ConsentInput!]!) {
  recordConsents(input: $input) {
    recorded
    results {
      index
      recorded
      eventId
      error {
        field
        code
        message
      }
    }
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:d3f21d0841d915a4ed982053d3015dfdea47c8644497ee49630c75c9b0d920b3"}) as unknown as TypedDocumentString<RecordConsentsMutation, RecordConsentsMutationVariables>;
export const WithdrawConsentsDocument = new TypedDocumentString(`
    mutation WithdrawConsents($input: [ConsentInput!]!) {
  withdrawConsents(input: $input) {
    recorded
    results {
      index
      recorded
      eventId
      error {
        field
        code
        message
      }
    }
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:4193013151f6e3c2ee53455be5cafce672942dcc64623a02d45790366eb521a1"}) as unknown as TypedDocumentString<WithdrawConsentsMutation, WithdrawConsentsMutationVariables>;
export const CreateConsentImportDocument = new TypedDocumentString(`
    mutation CreateConsentImport($input: ConsentImportInput!) {
  createConsentImport(input: $input) {
    job {
      ...ConsentJob
    }
    url
    userErrors {
      field
      code
      message
    }
  }
}
    fragment ConsentJob on Job {
  id
  kind
  state
  done
  total
  failed
  error
  createdAt
  startedAt
  finishedAt
  failures {
    line
    field
    code
  }
}`, {"hash":"sha256:a66e0d4c878a7541d92f835a3d01a4259571c56379376a1d3a43c07f0153d22d"}) as unknown as TypedDocumentString<CreateConsentImportMutation, CreateConsentImportMutationVariables>;
export const ConsentJobStateDocument = new TypedDocumentString(`
    query ConsentJobState($id: ID!) {
  job(id: $id) {
    ...ConsentJob
  }
}
    fragment ConsentJob on Job {
  id
  kind
  state
  done
  total
  failed
  error
  createdAt
  startedAt
  finishedAt
  failures {
    line
    field
    code
  }
}`, {"hash":"sha256:cf31b964d633c34423eb0e59ce3d5655bef034da184a599e04a1788c64326acf"}) as unknown as TypedDocumentString<ConsentJobStateQuery, ConsentJobStateQueryVariables>;
export const ConsentJobsDocument = new TypedDocumentString(`
    query ConsentJobs {
  jobs(kind: CONSENT_IMPORT, first: 20) {
    ...ConsentJob
  }
}
    fragment ConsentJob on Job {
  id
  kind
  state
  done
  total
  failed
  error
  createdAt
  startedAt
  finishedAt
  failures {
    line
    field
    code
  }
}`, {"hash":"sha256:0469d44417feba9c88e2f02a64c518f25a61a04cfde2b4bd7cbf09c923c02765"}) as unknown as TypedDocumentString<ConsentJobsQuery, ConsentJobsQueryVariables>;
export const MessagesDocument = new TypedDocumentString(`
    query Messages($first: Int!, $after: Cursor, $where: MessageFilter) {
  messages(first: $first, after: $after, where: $where) {
    edges {
      cursor
      node {
        ...MessageItem
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment MessageItem on Message {
  id
  channel
  category
  status
  country
  to
  acceptedAt
  plannedAt
  sentAt
  deliveredAt
  readAt
  reason
  errorCode
  attempts
  expiresOn
  sender {
    id
    display
  }
  template {
    id
    name
  }
  campaign {
    id
    name
  }
}`, {"hash":"sha256:9f5f94d32ce53f7ea9667a0984296aa286f54ca80a09fb2c45728abf7ff0943d"}) as unknown as TypedDocumentString<MessagesQuery, MessagesQueryVariables>;
export const MessageDetailDocument = new TypedDocumentString(`
    query MessageDetail($id: MessageID!) {
  message(id: $id) {
    ...MessageItem
    timeline {
      at
      attempt
      step
      errorCode
      note
    }
  }
}
    fragment MessageItem on Message {
  id
  channel
  category
  status
  country
  to
  acceptedAt
  plannedAt
  sentAt
  deliveredAt
  readAt
  reason
  errorCode
  attempts
  expiresOn
  sender {
    id
    display
  }
  template {
    id
    name
  }
  campaign {
    id
    name
  }
}`, {"hash":"sha256:39a69d7145c4685df02d0ebd0069da3157bf149903ee2a8e42dd2c6b5b181135"}) as unknown as TypedDocumentString<MessageDetailQuery, MessageDetailQueryVariables>;
export const RevealMessageDocument = new TypedDocumentString(`
    mutation RevealMessage($id: MessageID!, $reason: String!) {
  revealMessage(id: $id, reason: $reason) {
    address
    addressWithheld
    text
    textWithheld
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:928152669a3272f48949aa9745eee3acbc7038de041053effd7a43c079418a82"}) as unknown as TypedDocumentString<RevealMessageMutation, RevealMessageMutationVariables>;
export const NumbersDocument = new TypedDocumentString(`
    query Numbers {
  portfolios {
    ...PortfolioFull
  }
}
    fragment PortfolioFull on Portfolio {
  id
  metaId
  name
  dailyLimit
  reserve
  tokenSet
  budget {
    used
    left
    nextFreeAt
    emptyAt
  }
  wabas {
    id
    metaId
    name
  }
  senders {
    ...SenderFull
  }
}
fragment SenderFull on Sender {
  id
  channel
  display
  verifiedName
  providerId
  state
  stopReason
  quality
  messagesPerSecond
  queued
  portfolioId
  webhookUrl
}`, {"hash":"sha256:5467bcf334f16545ac4d66837fa1a691b088e55dd7676d55fa353bb89598d72a"}) as unknown as TypedDocumentString<NumbersQuery, NumbersQueryVariables>;
export const CreatePortfolioDocument = new TypedDocumentString(`
    mutation CreatePortfolio($input: CreatePortfolioInput!) {
  createPortfolio(input: $input) {
    portfolio {
      ...PortfolioFull
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment PortfolioFull on Portfolio {
  id
  metaId
  name
  dailyLimit
  reserve
  tokenSet
  budget {
    used
    left
    nextFreeAt
    emptyAt
  }
  wabas {
    id
    metaId
    name
  }
  senders {
    ...SenderFull
  }
}
fragment SenderFull on Sender {
  id
  channel
  display
  verifiedName
  providerId
  state
  stopReason
  quality
  messagesPerSecond
  queued
  portfolioId
  webhookUrl
}`, {"hash":"sha256:500a743e9771a9a6346767ea391e4b3a34cd58ee46584980176d8ff6ab4443e4"}) as unknown as TypedDocumentString<CreatePortfolioMutation, CreatePortfolioMutationVariables>;
export const CreateWabaDocument = new TypedDocumentString(`
    mutation CreateWaba($input: CreateWabaInput!) {
  createWaba(input: $input) {
    waba {
      id
      metaId
      name
    }
    webhookUrl
    verifyToken
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:7097cbd3ebaffd076f222793377a78173c27acdc6fcd9242f9ef215168f862fc"}) as unknown as TypedDocumentString<CreateWabaMutation, CreateWabaMutationVariables>;
export const CreateSenderDocument = new TypedDocumentString(`
    mutation CreateSender($input: CreateSenderInput!) {
  createSender(input: $input) {
    sender {
      ...SenderFull
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment SenderFull on Sender {
  id
  channel
  display
  verifiedName
  providerId
  state
  stopReason
  quality
  messagesPerSecond
  queued
  portfolioId
  webhookUrl
}`, {"hash":"sha256:01407c70dca4ec88783c2c0c9d70cb3f1c0230c8469f61dea1cc9a32aed4ef54"}) as unknown as TypedDocumentString<CreateSenderMutation, CreateSenderMutationVariables>;
export const ResumeSenderDocument = new TypedDocumentString(`
    mutation ResumeSender($id: ID!) {
  resumeSender(id: $id) {
    sender {
      ...SenderFull
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment SenderFull on Sender {
  id
  channel
  display
  verifiedName
  providerId
  state
  stopReason
  quality
  messagesPerSecond
  queued
  portfolioId
  webhookUrl
}`, {"hash":"sha256:aad790cbc688ca3c92ced06625edbc7cae3133e45b6cca2d7b8bde35dc420e28"}) as unknown as TypedDocumentString<ResumeSenderMutation, ResumeSenderMutationVariables>;
export const ReplacePortfolioTokenDocument = new TypedDocumentString(`
    mutation ReplacePortfolioToken($id: ID!, $token: String!) {
  replacePortfolioToken(id: $id, token: $token) {
    portfolio {
      ...PortfolioFull
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment PortfolioFull on Portfolio {
  id
  metaId
  name
  dailyLimit
  reserve
  tokenSet
  budget {
    used
    left
    nextFreeAt
    emptyAt
  }
  wabas {
    id
    metaId
    name
  }
  senders {
    ...SenderFull
  }
}
fragment SenderFull on Sender {
  id
  channel
  display
  verifiedName
  providerId
  state
  stopReason
  quality
  messagesPerSecond
  queued
  portfolioId
  webhookUrl
}`, {"hash":"sha256:49bc1d446609ff6fbdb1973e1aa39a6c5daa98d22222c31d5174c42273530bcc"}) as unknown as TypedDocumentString<ReplacePortfolioTokenMutation, ReplacePortfolioTokenMutationVariables>;
export const ReplaceAppSecretDocument = new TypedDocumentString(`
    mutation ReplaceAppSecret($wabaId: ID!, $secret: String!) {
  replaceAppSecret(wabaId: $wabaId, secret: $secret) {
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:1981ce7ec45c687d74a539fb0d07110f3603e474f328964a712ae45562c5194a"}) as unknown as TypedDocumentString<ReplaceAppSecretMutation, ReplaceAppSecretMutationVariables>;
export const OverviewDocument = new TypedDocumentString(`
    query Overview($range: TimeRangeInput!, $zone: TimeZone!, $granularity: Granularity!, $compare: Comparison) {
  analytics {
    messageStats(
      range: $range
      timeZone: $zone
      granularity: $granularity
      compare: $compare
      orderBy: BUCKET_ASC
      fillGaps: true
    ) {
      rows {
        bucketStart
        bucketLabel
        sent
        delivered
        read
        failed
      }
      totals {
        ...OverviewNumbers
      }
      comparison {
        rows {
          bucketStart
          bucketLabel
          sent
          delivered
          read
          failed
        }
        totals {
          ...OverviewNumbers
        }
      }
      meta {
        from
        to
        timeZone
        dataThrough
        maturing
        unavailable {
          metric
          reason
        }
      }
    }
  }
  analyticsDatasets {
    metrics {
      name
      displayName
      unit
      formula
      goodDirection
    }
  }
}
    fragment OverviewNumbers on MessageStatsRow {
  targeted
  suppressed
  attempted
  sent
  delivered
  read
  failed
  unknown
  inFlight
  replies
  clicks
  optOuts
  deliveryRate
  readRate
  failureRate
  replyRate
  clickRate
  optOutRate
  spendMicros
  currency
  deliverP50Ms
  deliverP95Ms
}`, {"hash":"sha256:2e2112b22cceb333043e6f405cd7586c99ec4b6f04d9f5396a2942c3c65dabd2"}) as unknown as TypedDocumentString<OverviewQuery, OverviewQueryVariables>;
export const OverviewBreakdownDocument = new TypedDocumentString(`
    query OverviewBreakdown($range: TimeRangeInput!, $zone: TimeZone!) {
  analytics {
    templates: messageStats(
      range: $range
      timeZone: $zone
      groupBy: [TEMPLATE]
      orderBy: SENT_DESC
      first: 8
    ) {
      rows {
        templateId
        templateName
        sent
        delivered
        deliveryRate
        readRate
        replyRate
        failed
      }
    }
    errors: messageStats(
      range: $range
      timeZone: $zone
      groupBy: [ERROR_CODE]
      orderBy: FAILED_DESC
      first: 20
    ) {
      rows {
        errorCode
        errorText
        failed
        suppressed
      }
    }
  }
}
    `, {"hash":"sha256:da66a09112e08c292696c124364cad1757307950d4bae4f25e567cc562d184e7"}) as unknown as TypedDocumentString<OverviewBreakdownQuery, OverviewBreakdownQueryVariables>;
export const LiveNowDocument = new TypedDocumentString(`
    query LiveNow {
  live {
    ...LiveFigures
  }
}
    fragment LiveFigures on LiveNumbers {
  accepted
  queued
  sentPerSecond
  sentToday
  failedToday
  unsettled
  exportLag
  at
}`, {"hash":"sha256:b3acd326d2b5d117ff0a1074cd65431fded2483df5e99f67b9f52fd17b01715d"}) as unknown as TypedDocumentString<LiveNowQuery, LiveNowQueryVariables>;
export const LiveDocument = new TypedDocumentString(`
    subscription Live {
  live {
    ...LiveFigures
  }
}
    fragment LiveFigures on LiveNumbers {
  accepted
  queued
  sentPerSecond
  sentToday
  failedToday
  unsettled
  exportLag
  at
}`, {"hash":"sha256:e38221bf592bfbd0c1cc92652876b9badd26825fe5730ec0c923bda3092ff7b2"}) as unknown as TypedDocumentString<LiveSubscription, LiveSubscriptionVariables>;
export const AllowListDocument = new TypedDocumentString(`
    query AllowList {
  allowList {
    ...AllowListFields
  }
  blockedAttempts(first: 20) {
    at
    address
    credential
    user {
      id
      name
    }
  }
}
    fragment AllowEntryFields on AllowEntry {
  cidr
  label
  enabled
  expiresAt
}
fragment AllowListFields on AllowList {
  state
  entries {
    ...AllowEntryFields
  }
  trial {
    ...AllowEntryFields
  }
  trialUntil
  ownAddress
  updatedAt
}`, {"hash":"sha256:ccd9fe977d6664bae326139b221d5fa116f35bc8084777388be928f4f6dc62ab"}) as unknown as TypedDocumentString<AllowListQuery, AllowListQueryVariables>;
export const TestAddressDocument = new TypedDocumentString(`
    query TestAddress($address: String!, $entries: [AllowEntryInput!]) {
  testAddress(address: $address, entries: $entries) {
    allowed
    entry {
      ...AllowEntryFields
    }
  }
}
    fragment AllowEntryFields on AllowEntry {
  cidr
  label
  enabled
  expiresAt
}`, {"hash":"sha256:4ad3f04f334510a15bae17e10bb6fcdae315252d41d0a3efc754160159d164cf"}) as unknown as TypedDocumentString<TestAddressQuery, TestAddressQueryVariables>;
export const SetAllowListDocument = new TypedDocumentString(`
    mutation SetAllowList($entries: [AllowEntryInput!]!, $dryRun: Boolean!) {
  setAllowList(entries: $entries, dryRun: $dryRun) {
    allowList {
      ...AllowListFields
    }
    cutOff {
      user {
        id
        name
        email
      }
      apiKey {
        id
        name
      }
      address
      lastUsedAt
    }
    approval {
      id
      expiresAt
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment AllowEntryFields on AllowEntry {
  cidr
  label
  enabled
  expiresAt
}
fragment AllowListFields on AllowList {
  state
  entries {
    ...AllowEntryFields
  }
  trial {
    ...AllowEntryFields
  }
  trialUntil
  ownAddress
  updatedAt
}`, {"hash":"sha256:ac73e6a4fcc435d416c9e407171aa2c7b759e8f04e512af7de0cce6952f6cf24"}) as unknown as TypedDocumentString<SetAllowListMutation, SetAllowListMutationVariables>;
export const ConfirmAllowListDocument = new TypedDocumentString(`
    mutation ConfirmAllowList {
  confirmAllowList {
    allowList {
      ...AllowListFields
    }
    cutOff {
      address
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment AllowEntryFields on AllowEntry {
  cidr
  label
  enabled
  expiresAt
}
fragment AllowListFields on AllowList {
  state
  entries {
    ...AllowEntryFields
  }
  trial {
    ...AllowEntryFields
  }
  trialUntil
  ownAddress
  updatedAt
}`, {"hash":"sha256:b69f8df31728b5fdab8655c7845a23d5a7b6932a21cf1c84983a1be18c61660e"}) as unknown as TypedDocumentString<ConfirmAllowListMutation, ConfirmAllowListMutationVariables>;
export const RollBackAllowListDocument = new TypedDocumentString(`
    mutation RollBackAllowList {
  rollBackAllowList {
    allowList {
      ...AllowListFields
    }
    cutOff {
      address
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment AllowEntryFields on AllowEntry {
  cidr
  label
  enabled
  expiresAt
}
fragment AllowListFields on AllowList {
  state
  entries {
    ...AllowEntryFields
  }
  trial {
    ...AllowEntryFields
  }
  trialUntil
  ownAddress
  updatedAt
}`, {"hash":"sha256:79aff3327a1418758a1e20ef4c8463370550a3479925b50375b77018d8ec672b"}) as unknown as TypedDocumentString<RollBackAllowListMutation, RollBackAllowListMutationVariables>;
export const ApiKeysDocument = new TypedDocumentString(`
    query ApiKeys {
  apiKeys {
    ...ApiKeyFields
  }
}
    fragment ApiKeyFields on ApiKey {
  id
  name
  prefix
  scopes
  cidrs
  test
  quota
  lastMinute
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}`, {"hash":"sha256:ea6cbb15e07349a3e81390a5b67d754db8f0a11a43ccd0fce33f8cc5a3d917d1"}) as unknown as TypedDocumentString<ApiKeysQuery, ApiKeysQueryVariables>;
export const CreateApiKeyDocument = new TypedDocumentString(`
    mutation CreateApiKey($input: CreateApiKeyInput!) {
  createApiKey(input: $input) {
    apiKey {
      ...ApiKeyFields
    }
    secret
    userErrors {
      field
      code
      message
    }
  }
}
    fragment ApiKeyFields on ApiKey {
  id
  name
  prefix
  scopes
  cidrs
  test
  quota
  lastMinute
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}`, {"hash":"sha256:1e75fb4fd2bc6620763b8b86f2bc2791a98c2b9fedc66d8af9dee1bf08a8dc39"}) as unknown as TypedDocumentString<CreateApiKeyMutation, CreateApiKeyMutationVariables>;
export const RotateApiKeyDocument = new TypedDocumentString(`
    mutation RotateApiKey($id: ID!, $overlapHours: Int!) {
  rotateApiKey(id: $id, overlapHours: $overlapHours) {
    apiKey {
      ...ApiKeyFields
    }
    secret
    userErrors {
      field
      code
      message
    }
  }
}
    fragment ApiKeyFields on ApiKey {
  id
  name
  prefix
  scopes
  cidrs
  test
  quota
  lastMinute
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}`, {"hash":"sha256:20f295604319991f4134d59353c7734a8f1502e80f7573b513770c3157972989"}) as unknown as TypedDocumentString<RotateApiKeyMutation, RotateApiKeyMutationVariables>;
export const SetApiKeyQuotaDocument = new TypedDocumentString(`
    mutation SetApiKeyQuota($id: ID!, $quota: Int!) {
  setApiKeyQuota(id: $id, quota: $quota) {
    apiKey {
      ...ApiKeyFields
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment ApiKeyFields on ApiKey {
  id
  name
  prefix
  scopes
  cidrs
  test
  quota
  lastMinute
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}`, {"hash":"sha256:7d130afe6592b0c987ba5659867b59d5bfde6c7dfce2ed0a452f866915dc904d"}) as unknown as TypedDocumentString<SetApiKeyQuotaMutation, SetApiKeyQuotaMutationVariables>;
export const RevokeApiKeyDocument = new TypedDocumentString(`
    mutation RevokeApiKey($id: ID!) {
  revokeApiKey(id: $id) {
    apiKey {
      ...ApiKeyFields
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment ApiKeyFields on ApiKey {
  id
  name
  prefix
  scopes
  cidrs
  test
  quota
  lastMinute
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}`, {"hash":"sha256:4181ba529855eb99e4290c11e730e652ec913098aad6c5a0ec4e1533ad905b13"}) as unknown as TypedDocumentString<RevokeApiKeyMutation, RevokeApiKeyMutationVariables>;
export const PeopleDocument = new TypedDocumentString(`
    query People {
  users {
    id
    name
    email
    role
    disabled
    secondFactor
    lastSignInAt
    createdAt
  }
  openInvites {
    id
    email
    role
    invitedBy {
      id
      name
    }
    createdAt
    expiresAt
  }
  factorCoverage {
    people {
      user {
        id
        name
        email
      }
      enrolled
      totp
      passkeys
      recoveryCodes
    }
    total
    enrolled
    withPasskey
  }
}
    `, {"hash":"sha256:bd47deff780b797846f7281ee4a0fdedc1203cca25f6fefe5ad441c0df0bca9d"}) as unknown as TypedDocumentString<PeopleQuery, PeopleQueryVariables>;
export const InviteUserDocument = new TypedDocumentString(`
    mutation InviteUser($input: InviteUserInput!) {
  inviteUser(input: $input) {
    url
    mailed
    expiresAt
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:1d4db4173efb1aca6be4c83bdf49a1fd757f7116f02014d4e1a5fd5040e1cdd8"}) as unknown as TypedDocumentString<InviteUserMutation, InviteUserMutationVariables>;
export const SetUserDisabledDocument = new TypedDocumentString(`
    mutation SetUserDisabled($id: ID!, $disabled: Boolean!) {
  setUserDisabled(id: $id, disabled: $disabled) {
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:d8f9e2b2284d04a547363e82a533f097b51da1120d3ebac86d56e2799bda3ac1"}) as unknown as TypedDocumentString<SetUserDisabledMutation, SetUserDisabledMutationVariables>;
export const SessionsDocument = new TypedDocumentString(`
    query Sessions {
  sessions {
    id
    address
    agent
    factors
    createdAt
    lastUsedAt
    expiresAt
    current
  }
}
    `, {"hash":"sha256:55f9a4bd54af96bde185024f0674ac2bbf34baec6b6a80dae2376e109ddb77cf"}) as unknown as TypedDocumentString<SessionsQuery, SessionsQueryVariables>;
export const EndSessionDocument = new TypedDocumentString(`
    mutation EndSession($id: ID!) {
  endSession(id: $id) {
    ended
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:8e687a1fd2ba1db21ccb89824ef6c200f33dd5ba53282d22e61b6027fd6f64fd"}) as unknown as TypedDocumentString<EndSessionMutation, EndSessionMutationVariables>;
export const EndOtherSessionsDocument = new TypedDocumentString(`
    mutation EndOtherSessions {
  endOtherSessions {
    ended
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:dd2d59365f2f8d7fbaa30047dfc457263c71f7746e407ff0e93bb15750071cbb"}) as unknown as TypedDocumentString<EndOtherSessionsMutation, EndOtherSessionsMutationVariables>;
export const AuditDocument = new TypedDocumentString(`
    query Audit($first: Int!, $after: Cursor, $action: String) {
  audit(first: $first, after: $after, action: $action) {
    edges {
      cursor
      node {
        id
        at
        action
        user {
          id
          name
        }
        address
        target
        detail
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `, {"hash":"sha256:2829d3e4e7656e43618e58ee669ef00469dc508e90c03f067def931010ee6c90"}) as unknown as TypedDocumentString<AuditQuery, AuditQueryVariables>;
export const ResendInviteDocument = new TypedDocumentString(`
    mutation ResendInvite($id: ID!) {
  resendInvite(id: $id) {
    url
    mailed
    expiresAt
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:63e0b299a25e3cf05004f75092c1a588e0f5c9d76d2059864a6964d56cf19924"}) as unknown as TypedDocumentString<ResendInviteMutation, ResendInviteMutationVariables>;
export const WithdrawInviteDocument = new TypedDocumentString(`
    mutation WithdrawInvite($id: ID!) {
  withdrawInvite(id: $id) {
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:1488658e7572e4eec52bf8551fe989f32e54629792f0c68b18bcdb1847efae3d"}) as unknown as TypedDocumentString<WithdrawInviteMutation, WithdrawInviteMutationVariables>;
export const SetUserRoleDocument = new TypedDocumentString(`
    mutation SetUserRole($id: ID!, $role: Role!) {
  setUserRole(id: $id, role: $role) {
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:4efdfb5bbd260ba80e6f18964fbca4ffc1acf8cd71b5e357ea893882ae792e86"}) as unknown as TypedDocumentString<SetUserRoleMutation, SetUserRoleMutationVariables>;
export const ResetUserFactorsDocument = new TypedDocumentString(`
    mutation ResetUserFactors($id: ID!) {
  resetUserFactors(id: $id) {
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:effd72f23ad2652ef6a6e767c378986d612cfcb2098df23449634514c3385898"}) as unknown as TypedDocumentString<ResetUserFactorsMutation, ResetUserFactorsMutationVariables>;
export const EndUserSessionsDocument = new TypedDocumentString(`
    mutation EndUserSessions($id: ID!) {
  endUserSessions(id: $id) {
    ended
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:e28f987378aa342d5e5cd13e507d79f79b83f58d55c2a541b6c81a0bc032eede"}) as unknown as TypedDocumentString<EndUserSessionsMutation, EndUserSessionsMutationVariables>;
export const PasskeysDocument = new TypedDocumentString(`
    query Passkeys {
  passkeys {
    id
    name
    backedUp
    createdAt
    lastUsedAt
  }
}
    `, {"hash":"sha256:87c6d05e8122931bd9222ecd67e40cc270113cca0ac6ebb7d0a47bb913361310"}) as unknown as TypedDocumentString<PasskeysQuery, PasskeysQueryVariables>;
export const ChangePasswordDocument = new TypedDocumentString(`
    mutation ChangePassword($input: ChangePasswordInput!) {
  changePassword(input: $input) {
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:c0bca921410521154fe0975f8050a82eda0c16e55df519d94b1fbba8f140ae98"}) as unknown as TypedDocumentString<ChangePasswordMutation, ChangePasswordMutationVariables>;
export const BeginReplacementDocument = new TypedDocumentString(`
    mutation BeginReplacement {
  beginReplacement {
    uri
    manualKey
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:4141afb6f690c257af9a09f558ed4f8b56d4e3a8cca7007cf6bb8f2cdaaeb93b"}) as unknown as TypedDocumentString<BeginReplacementMutation, BeginReplacementMutationVariables>;
export const ConfirmReplacementDocument = new TypedDocumentString(`
    mutation ConfirmReplacement($code: String!) {
  confirmReplacement(code: $code) {
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:f3d5d21e0f6b77205a682993c7fbd218597b7627275c5c822f1d241dfd0f416f"}) as unknown as TypedDocumentString<ConfirmReplacementMutation, ConfirmReplacementMutationVariables>;
export const RenewRecoveryCodesDocument = new TypedDocumentString(`
    mutation RenewRecoveryCodes {
  renewRecoveryCodes {
    recoveryCodes
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:fb30d30b70d65279684b54c9d4a22c801da31278b12e8001a984ec93302930b4"}) as unknown as TypedDocumentString<RenewRecoveryCodesMutation, RenewRecoveryCodesMutationVariables>;
export const BeginPasskeyDocument = new TypedDocumentString(`
    mutation BeginPasskey {
  beginPasskey {
    ceremony {
      id
      options
    }
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:5dc47f4e78cbee12ba17b78aad20f5f126850ff93c8b5ea397f958b0eafb5e9d"}) as unknown as TypedDocumentString<BeginPasskeyMutation, BeginPasskeyMutationVariables>;
export const FinishPasskeyDocument = new TypedDocumentString(`
    mutation FinishPasskey($input: NewPasskeyInput!) {
  finishPasskey(input: $input) {
    passkey {
      id
    }
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:48aecfa980abb17dc621d1ddbdd639e8242ffc36b9a0feb85862fc9abfacec3d"}) as unknown as TypedDocumentString<FinishPasskeyMutation, FinishPasskeyMutationVariables>;
export const RenamePasskeyDocument = new TypedDocumentString(`
    mutation RenamePasskey($id: ID!, $name: String!) {
  renamePasskey(id: $id, name: $name) {
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:8f2316012ecf1bdc9fc18b6f68a81587618511d0ef32f12dbd1048733384c4dc"}) as unknown as TypedDocumentString<RenamePasskeyMutation, RenamePasskeyMutationVariables>;
export const RemovePasskeyDocument = new TypedDocumentString(`
    mutation RemovePasskey($id: ID!) {
  removePasskey(id: $id) {
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:65c3c2c8c569fccde92ef4cd212eb2490d86420b177dbe192882668235c76ee3"}) as unknown as TypedDocumentString<RemovePasskeyMutation, RemovePasskeyMutationVariables>;
export const SecurityPolicyDocument = new TypedDocumentString(`
    query SecurityPolicy {
  securityPolicy {
    ...PolicyFields
  }
}
    fragment PolicyFields on SecurityPolicy {
  idleMinutes
  sessionHours
  sessionCount
  approveCampaignsAbove
  approvalActs
  approvalHours
}`, {"hash":"sha256:1ff233d7075328d89f8e50ce2f3741757eff45623e87b39eb87e5b1380ede5e6"}) as unknown as TypedDocumentString<SecurityPolicyQuery, SecurityPolicyQueryVariables>;
export const SetSecurityPolicyDocument = new TypedDocumentString(`
    mutation SetSecurityPolicy($input: SecurityPolicyInput!) {
  setSecurityPolicy(input: $input) {
    policy {
      ...PolicyFields
    }
    approval {
      id
      expiresAt
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment PolicyFields on SecurityPolicy {
  idleMinutes
  sessionHours
  sessionCount
  approveCampaignsAbove
  approvalActs
  approvalHours
}`, {"hash":"sha256:c072b12e8c8eb782dd4661435a0c74b5bf3399f7b41329e33686eebb01f6d058"}) as unknown as TypedDocumentString<SetSecurityPolicyMutation, SetSecurityPolicyMutationVariables>;
export const ExportEvidenceDocument = new TypedDocumentString(`
    mutation ExportEvidence($input: EvidenceInput!) {
  exportEvidence(input: $input) {
    url
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:07930e02b7d823816cbc465983dc2010c713e96ceaeb5dee1fee28dc0d69c00e"}) as unknown as TypedDocumentString<ExportEvidenceMutation, ExportEvidenceMutationVariables>;
export const KeepingDocument = new TypedDocumentString(`
    query Keeping {
  keeping {
    ...KeepingFields
  }
}
    fragment KeepingFields on Keeping {
  addressMode
  contentMode
  messageDays
  summaryDays
  messageTerms
  summaryTerms
  tightening {
    id
    state
    done
    total
    failed
    startedAt
    finishedAt
  }
}`, {"hash":"sha256:9caea8ade6f5714d78f57f3a6981f2e02819f18980110552a6fa8b1d01660bca"}) as unknown as TypedDocumentString<KeepingQuery, KeepingQueryVariables>;
export const SetKeepingDocument = new TypedDocumentString(`
    mutation SetKeeping($input: SetKeepingInput!) {
  setKeeping(input: $input) {
    keeping {
      ...KeepingFields
    }
    approval {
      id
      expiresAt
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment KeepingFields on Keeping {
  addressMode
  contentMode
  messageDays
  summaryDays
  messageTerms
  summaryTerms
  tightening {
    id
    state
    done
    total
    failed
    startedAt
    finishedAt
  }
}`, {"hash":"sha256:d7d1725202cd6c8b5c5f9e9d39618ae04e7cf2e7af70bfef453cba77d6418820"}) as unknown as TypedDocumentString<SetKeepingMutation, SetKeepingMutationVariables>;
export const SendChoicesDocument = new TypedDocumentString(`
    query SendChoices($after: Cursor) {
  templates(first: 100, after: $after, where: { states: [APPROVED] }) {
    edges {
      node {
        ...SendTemplate
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
  senders(channel: WHATSAPP) {
    id
    display
    verifiedName
    state
    quality
    messagesPerSecond
    portfolioId
  }
  portfolios {
    id
    dailyLimit
    reserve
    budget {
      used
      left
      emptyAt
    }
  }
}
    fragment SendTemplate on Template {
  id
  wabaId
  name
  language
  category
  header
  headerExample
  body
  bodyExamples
  footer
  buttons {
    kind
    text
    url
    urlExample
  }
  variables
  sendable
  state
}`, {"hash":"sha256:638559e5314e91689ca5aa1c7512bca56588a8b696b7ac3f0af90c54a566b31d"}) as unknown as TypedDocumentString<SendChoicesQuery, SendChoicesQueryVariables>;
export const SendCampaignStateDocument = new TypedDocumentString(`
    query SendCampaignState($id: ID!) {
  campaign(id: $id) {
    ...SendCampaign
  }
}
    fragment SendCampaign on Campaign {
  id
  name
  state
  stateReason
  template {
    id
    name
    language
  }
  sender {
    id
    display
  }
  refusals {
    code
    count
    lines
  }
  progress {
    accepted
    refused
    queued
    sent
    delivered
    read
    failed
    unknown
    suppressed
    pace
    doneAt
  }
  job {
    id
    state
    done
    total
    failed
    error
  }
  runAt
  createdAt
  startedAt
  finishedAt
}`, {"hash":"sha256:bcb07e679f7b73e067045300c8c1323ac5f359df9222c84c84607847cbc6c3d3"}) as unknown as TypedDocumentString<SendCampaignStateQuery, SendCampaignStateQueryVariables>;
export const CreateSendCampaignDocument = new TypedDocumentString(`
    mutation CreateSendCampaign($input: CreateCampaignInput!) {
  createCampaign(input: $input) {
    campaign {
      ...SendCampaign
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment SendCampaign on Campaign {
  id
  name
  state
  stateReason
  template {
    id
    name
    language
  }
  sender {
    id
    display
  }
  refusals {
    code
    count
    lines
  }
  progress {
    accepted
    refused
    queued
    sent
    delivered
    read
    failed
    unknown
    suppressed
    pace
    doneAt
  }
  job {
    id
    state
    done
    total
    failed
    error
  }
  runAt
  createdAt
  startedAt
  finishedAt
}`, {"hash":"sha256:a628065c0e2736974590d385be0963ea174a5fbed2630ed781d6931b559de4cf"}) as unknown as TypedDocumentString<CreateSendCampaignMutation, CreateSendCampaignMutationVariables>;
export const UploadAudienceDocument = new TypedDocumentString(`
    mutation UploadAudience($input: AudienceInput!) {
  uploadAudience(input: $input) {
    job {
      id
      state
      done
      total
      failed
      error
    }
    url
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:4f3fb065a950a1814dccbe4a1084d4b505bf36ffeb94bdc35673d5f4560161fd"}) as unknown as TypedDocumentString<UploadAudienceMutation, UploadAudienceMutationVariables>;
export const StartSendCampaignDocument = new TypedDocumentString(`
    mutation StartSendCampaign($id: ID!, $runAt: Time) {
  startCampaign(id: $id, runAt: $runAt) {
    campaign {
      ...SendCampaign
    }
    approval {
      id
      expiresAt
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment SendCampaign on Campaign {
  id
  name
  state
  stateReason
  template {
    id
    name
    language
  }
  sender {
    id
    display
  }
  refusals {
    code
    count
    lines
  }
  progress {
    accepted
    refused
    queued
    sent
    delivered
    read
    failed
    unknown
    suppressed
    pace
    doneAt
  }
  job {
    id
    state
    done
    total
    failed
    error
  }
  runAt
  createdAt
  startedAt
  finishedAt
}`, {"hash":"sha256:190031560973f435d6ecf4508f652bc504e3fa45a31760b602afcb8f9d71883b"}) as unknown as TypedDocumentString<StartSendCampaignMutation, StartSendCampaignMutationVariables>;
export const SignInDocument = new TypedDocumentString(`
    mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    state
    pendingToken
    secondFactors
    accessToken
    expiresAt
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:574a4879fab90a5a1f31259411ca695a448431a2f066d7f0998ebb5cf42a53e3"}) as unknown as TypedDocumentString<SignInMutation, SignInMutationVariables>;
export const ConfirmSecondFactorDocument = new TypedDocumentString(`
    mutation ConfirmSecondFactor($input: SecondFactorInput!) {
  confirmSecondFactor(input: $input) {
    state
    accessToken
    expiresAt
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:0b8c9a553ae47ed3728a188fc87eb1001e4438f24a0ef5dcab6acb69c87f725c"}) as unknown as TypedDocumentString<ConfirmSecondFactorMutation, ConfirmSecondFactorMutationVariables>;
export const UseRecoveryCodeDocument = new TypedDocumentString(`
    mutation UseRecoveryCode($input: RecoveryInput!) {
  useRecoveryCode(input: $input) {
    state
    pendingToken
    accessToken
    expiresAt
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:9cead8d9a576c0564b065cf8d3ec904d050bae4f5bdf51eebb3ac50684e90fd1"}) as unknown as TypedDocumentString<UseRecoveryCodeMutation, UseRecoveryCodeMutationVariables>;
export const BeginEnrolmentDocument = new TypedDocumentString(`
    mutation BeginEnrolment($pendingToken: String!) {
  beginEnrolment(pendingToken: $pendingToken) {
    uri
    manualKey
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:bceb13b9ee96f15a058f5c30d4f389a16625287fa9eeb5e508328baec0eabde4"}) as unknown as TypedDocumentString<BeginEnrolmentMutation, BeginEnrolmentMutationVariables>;
export const ConfirmEnrolmentDocument = new TypedDocumentString(`
    mutation ConfirmEnrolment($input: SecondFactorInput!) {
  confirmEnrolment(input: $input) {
    accessToken
    expiresAt
    recoveryCodes
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:81bfc034f4312fab17da3646f4b095c63557104bebc49260417d3a7e48df5b9d"}) as unknown as TypedDocumentString<ConfirmEnrolmentMutation, ConfirmEnrolmentMutationVariables>;
export const InviteDocument = new TypedDocumentString(`
    query Invite($token: String!) {
  invite(token: $token) {
    email
    role
    brand
    expiresAt
  }
}
    `, {"hash":"sha256:2afbfd81e0fb1576332fb0faf4defd1d15ab11cd145568e0bbccd93b54870efa"}) as unknown as TypedDocumentString<InviteQuery, InviteQueryVariables>;
export const AcceptInviteDocument = new TypedDocumentString(`
    mutation AcceptInvite($input: AcceptInviteInput!) {
  acceptInvite(input: $input) {
    state
    pendingToken
    accessToken
    expiresAt
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:be36fd51dfae3aeec954f985c5ecade856573f1ecd5504a85946faf7ef35bed1"}) as unknown as TypedDocumentString<AcceptInviteMutation, AcceptInviteMutationVariables>;
export const SendsMailDocument = new TypedDocumentString(`
    query SendsMail {
  sendsMail
}
    `, {"hash":"sha256:e1698601feab9ba074b6578e0fe6f76f70f1c3a7dae0f16b80c8c6ab42adda68"}) as unknown as TypedDocumentString<SendsMailQuery, SendsMailQueryVariables>;
export const RequestPasswordResetDocument = new TypedDocumentString(`
    mutation RequestPasswordReset($email: String!) {
  requestPasswordReset(email: $email) {
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:0e5b7c7a37bcf19952ac4ff311fdf030c8b1045b86ae2b3f03c91d64cbd396ae"}) as unknown as TypedDocumentString<RequestPasswordResetMutation, RequestPasswordResetMutationVariables>;
export const ResetPasswordDocument = new TypedDocumentString(`
    mutation ResetPassword($input: ResetPasswordInput!) {
  resetPassword(input: $input) {
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:0bc932b5d4d0889cd8000c3a9c0c03ec379c6f3bfdedda046ee05697d4fc8342"}) as unknown as TypedDocumentString<ResetPasswordMutation, ResetPasswordMutationVariables>;
export const BeginPasskeySignInDocument = new TypedDocumentString(`
    mutation BeginPasskeySignIn($pendingToken: String!) {
  beginPasskeySignIn(pendingToken: $pendingToken) {
    ceremony {
      id
      options
    }
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:ffcdc068e809fd540f6fdf661222e97c070abbad82214114984737b6d52819b8"}) as unknown as TypedDocumentString<BeginPasskeySignInMutation, BeginPasskeySignInMutationVariables>;
export const FinishPasskeySignInDocument = new TypedDocumentString(`
    mutation FinishPasskeySignIn($pendingToken: String!, $input: PasskeyAnswerInput!) {
  finishPasskeySignIn(pendingToken: $pendingToken, input: $input) {
    state
    accessToken
    expiresAt
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:8549dff9c6e983c95fbea3d1e26e473c54cfce510d1f910137541e6f64065097"}) as unknown as TypedDocumentString<FinishPasskeySignInMutation, FinishPasskeySignInMutationVariables>;
export const TemplatesDocument = new TypedDocumentString(`
    query Templates($first: Int!, $after: Cursor, $where: TemplateFilter) {
  templates(first: $first, after: $after, where: $where) {
    edges {
      cursor
      node {
        ...TemplateListItem
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment TemplateListItem on Template {
  id
  name
  language
  category
  askedCategory
  state
  stateAt
  quality
  body
  sendable
  createdAt
}`, {"hash":"sha256:6740a63b7c9e54f70f9de5172abc458ed8453d3dab13d40c7ee26c98d8619541"}) as unknown as TypedDocumentString<TemplatesQuery, TemplatesQueryVariables>;
export const TemplateDetailDocument = new TypedDocumentString(`
    query TemplateDetail($id: ID!) {
  template(id: $id) {
    ...TemplateFull
  }
}
    fragment TemplateFull on Template {
  id
  wabaId
  name
  language
  category
  askedCategory
  parameterFormat
  state
  stateReason
  stateAt
  quality
  header
  headerExample
  body
  bodyExamples
  footer
  buttons {
    kind
    text
    url
    urlExample
  }
  variables
  sendable
  createdAt
}`, {"hash":"sha256:f9c494f1d835fc37df594765f27fa0b415ab8fdbaa2117c5d64e4d5f4b195df6"}) as unknown as TypedDocumentString<TemplateDetailQuery, TemplateDetailQueryVariables>;
export const TemplateAccountsDocument = new TypedDocumentString(`
    query TemplateAccounts {
  portfolios {
    id
    name
    wabas {
      id
      name
    }
  }
}
    `, {"hash":"sha256:fa5f649443f4191a6bbf2a54e42ebe9f91b3178e9ba008aca4b7ba974304fd33"}) as unknown as TypedDocumentString<TemplateAccountsQuery, TemplateAccountsQueryVariables>;
export const CheckTemplateDocument = new TypedDocumentString(`
    query CheckTemplate($input: TemplateInput!) {
  checkTemplate(input: $input) {
    field
    code
    message
  }
}
    `, {"hash":"sha256:523b073d8f01bb70247ff4230b5ab8005c17f03f81de78ad06ef4e3faada7a8d"}) as unknown as TypedDocumentString<CheckTemplateQuery, CheckTemplateQueryVariables>;
export const CreateTemplateDocument = new TypedDocumentString(`
    mutation CreateTemplate($input: TemplateInput!) {
  createTemplate(input: $input) {
    template {
      ...TemplateFull
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment TemplateFull on Template {
  id
  wabaId
  name
  language
  category
  askedCategory
  parameterFormat
  state
  stateReason
  stateAt
  quality
  header
  headerExample
  body
  bodyExamples
  footer
  buttons {
    kind
    text
    url
    urlExample
  }
  variables
  sendable
  createdAt
}`, {"hash":"sha256:1f96e9312e3c6d285f9d4f0cb6ceb5ae92425e510a02f156305f95805d62cc61"}) as unknown as TypedDocumentString<CreateTemplateMutation, CreateTemplateMutationVariables>;
export const UpdateTemplateDocument = new TypedDocumentString(`
    mutation UpdateTemplate($id: ID!, $input: TemplateInput!) {
  updateTemplate(id: $id, input: $input) {
    template {
      ...TemplateFull
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment TemplateFull on Template {
  id
  wabaId
  name
  language
  category
  askedCategory
  parameterFormat
  state
  stateReason
  stateAt
  quality
  header
  headerExample
  body
  bodyExamples
  footer
  buttons {
    kind
    text
    url
    urlExample
  }
  variables
  sendable
  createdAt
}`, {"hash":"sha256:5143363c854f4a6f85ae1f0dbd713709deceef5f10e353f55dfe3c86bdc12b5b"}) as unknown as TypedDocumentString<UpdateTemplateMutation, UpdateTemplateMutationVariables>;
export const SubmitTemplateDocument = new TypedDocumentString(`
    mutation SubmitTemplate($id: ID!) {
  submitTemplate(id: $id) {
    template {
      ...TemplateFull
    }
    userErrors {
      field
      code
      message
    }
  }
}
    fragment TemplateFull on Template {
  id
  wabaId
  name
  language
  category
  askedCategory
  parameterFormat
  state
  stateReason
  stateAt
  quality
  header
  headerExample
  body
  bodyExamples
  footer
  buttons {
    kind
    text
    url
    urlExample
  }
  variables
  sendable
  createdAt
}`, {"hash":"sha256:2c71ce891fed61233c9dd59e2e7296167b2c9928b8b5e67512a635fc67a4876f"}) as unknown as TypedDocumentString<SubmitTemplateMutation, SubmitTemplateMutationVariables>;
export const DeleteTemplateDocument = new TypedDocumentString(`
    mutation DeleteTemplate($id: ID!) {
  deleteTemplate(id: $id) {
    template {
      id
      state
    }
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:1cc9bdda2ae6a39c5c7eb20c0829d67115b72ac798ecdfcc6167c6e428727bd1"}) as unknown as TypedDocumentString<DeleteTemplateMutation, DeleteTemplateMutationVariables>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    user {
      id
      name
      email
      role
      secondFactor
    }
    tenant {
      id
      name
      brand
      zone
      country
      locale
      currency
      state
      addressMode
      contentMode
      messageDays
    }
    permissions
    address
  }
}
    `, {"hash":"sha256:91693b22ecda3d06e322f518412404b9362365bb43ee4d08ab3cffed9600b2e5"}) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const RefreshSessionDocument = new TypedDocumentString(`
    mutation RefreshSession {
  refreshSession {
    state
    accessToken
    expiresAt
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:3f0c4a91667315c63506b612383df8fa71199a96eb9fe2ef7bce8c1f33a75241"}) as unknown as TypedDocumentString<RefreshSessionMutation, RefreshSessionMutationVariables>;
export const SignOutDocument = new TypedDocumentString(`
    mutation SignOut {
  signOut {
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:81d78e5093b935e97156be54d7dba4d9dfeffdc7142b410229e5d3346f90de18"}) as unknown as TypedDocumentString<SignOutMutation, SignOutMutationVariables>;
export const StepUpDocument = new TypedDocumentString(`
    mutation StepUp($code: String!) {
  stepUp(code: $code) {
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:a50a13e1eda432c81ff33770c7696e2623d7d2eb452f18782f7f23236bf85dbd"}) as unknown as TypedDocumentString<StepUpMutation, StepUpMutationVariables>;
export const OwnFactorsDocument = new TypedDocumentString(`
    query OwnFactors {
  factors {
    enrolled
    totp
    passkeys
    recoveryCodes
  }
}
    `, {"hash":"sha256:0040da3ed614e5fa429fe74413ede5655dc3eea2062c39804a49433e3163a15e"}) as unknown as TypedDocumentString<OwnFactorsQuery, OwnFactorsQueryVariables>;
export const BeginPasskeyStepUpDocument = new TypedDocumentString(`
    mutation BeginPasskeyStepUp {
  beginPasskeyStepUp {
    ceremony {
      id
      options
    }
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:cb00493c6ab274d9afe08e69ee8aa0b2de121d268b4fe04b2f24d88fbaea1dc0"}) as unknown as TypedDocumentString<BeginPasskeyStepUpMutation, BeginPasskeyStepUpMutationVariables>;
export const FinishPasskeyStepUpDocument = new TypedDocumentString(`
    mutation FinishPasskeyStepUp($input: PasskeyAnswerInput!) {
  finishPasskeyStepUp(input: $input) {
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:d400a66dde16bb4f890834b2bc11e205000a53e64b592793dad857ed4496c0e4"}) as unknown as TypedDocumentString<FinishPasskeyStepUpMutation, FinishPasskeyStepUpMutationVariables>;
export const ApprovalsToDecideDocument = new TypedDocumentString(`
    query ApprovalsToDecide {
  approvals(state: PENDING, first: 50) {
    edges {
      node {
        id
        mayDecide
      }
    }
  }
}
    `, {"hash":"sha256:9fa0b385c384f59cb2094ea6777f289ac42919e25957e046f17f74e3f8b1b452"}) as unknown as TypedDocumentString<ApprovalsToDecideQuery, ApprovalsToDecideQueryVariables>;