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
  | 'CONSENT_IMPORT';

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

export type ParameterFormat =
  /** {{first_name}} */
  | 'NAMED'
  /** {{1}}, {{2}} */
  | 'POSITIONAL';

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

export type SecondFactorInput = {
  /** Six digits of the authenticator app. */
  code: string;
  /** The token that signIn gave. */
  pendingToken: string;
};

export type SenderState =
  | 'ACTIVE'
  | 'STOPPED';

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
  | 'DELETING'
  | 'SUSPENDED';

/** Either a preset, resolved in the asked zone, or a half-open range [from, to). */
export type TimeRangeInput = {
  from?: string | null | undefined;
  preset?: RangePreset | null | undefined;
  to?: string | null | undefined;
};

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
}>;


export type ConsentLookUpQuery = { consent: { known: boolean, suppressed: Array<Channel>, ledgerSeq: number, at: string, states: Array<{ channel: Channel, purpose: Purpose, granted: boolean, at: string }>, events: Array<{ id: string, channel: Channel, purpose: Purpose, granted: boolean, source: ConsentSource, wordingVersion: string, language: string, occurredAt: string, recordedAt: string, seq: number }> } };

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


export type AllowListQuery = { allowList: { state: AllowListState, trialUntil: string | null, ownAddress: string, updatedAt: string | null, entries: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }>, trial: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }> | null }, blockedAttempts: Array<{ at: string, address: string, credential: string, user: { id: string, name: string } | null }> };

export type TestAddressQueryVariables = Exact<{
  address: string;
  entries?: Array<AllowEntryInput> | AllowEntryInput | null | undefined;
}>;


export type TestAddressQuery = { testAddress: { allowed: boolean, entry: { cidr: string, label: string, enabled: boolean, expiresAt: string | null } | null } };

export type SetAllowListMutationVariables = Exact<{
  entries: Array<AllowEntryInput> | AllowEntryInput;
  dryRun: boolean;
}>;


export type SetAllowListMutation = { setAllowList: { allowList: { state: AllowListState, trialUntil: string | null, ownAddress: string, updatedAt: string | null, entries: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }>, trial: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }> | null } | null, cutOff: Array<{ address: string, lastUsedAt: string, user: { id: string, name: string, email: string } }>, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ConfirmAllowListMutationVariables = Exact<{ [key: string]: never; }>;


export type ConfirmAllowListMutation = { confirmAllowList: { allowList: { state: AllowListState, trialUntil: string | null, ownAddress: string, updatedAt: string | null, entries: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }>, trial: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }> | null } | null, cutOff: Array<{ address: string }>, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type RollBackAllowListMutationVariables = Exact<{ [key: string]: never; }>;


export type RollBackAllowListMutation = { rollBackAllowList: { allowList: { state: AllowListState, trialUntil: string | null, ownAddress: string, updatedAt: string | null, entries: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }>, trial: Array<{ cidr: string, label: string, enabled: boolean, expiresAt: string | null }> | null } | null, cutOff: Array<{ address: string }>, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type ApiKeyFieldsFragment = { id: string, name: string, prefix: string, scopes: Array<Scope>, cidrs: Array<string>, test: boolean, createdAt: string, expiresAt: string, lastUsedAt: string | null, revokedAt: string | null };

export type ApiKeysQueryVariables = Exact<{ [key: string]: never; }>;


export type ApiKeysQuery = { apiKeys: Array<{ id: string, name: string, prefix: string, scopes: Array<Scope>, cidrs: Array<string>, test: boolean, createdAt: string, expiresAt: string, lastUsedAt: string | null, revokedAt: string | null }> };

export type CreateApiKeyMutationVariables = Exact<{
  input: CreateApiKeyInput;
}>;


export type CreateApiKeyMutation = { createApiKey: { secret: string | null, apiKey: { id: string, name: string, prefix: string, scopes: Array<Scope>, cidrs: Array<string>, test: boolean, createdAt: string, expiresAt: string, lastUsedAt: string | null, revokedAt: string | null } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type RevokeApiKeyMutationVariables = Exact<{
  id: string | number;
}>;


export type RevokeApiKeyMutation = { revokeApiKey: { apiKey: { id: string, name: string, prefix: string, scopes: Array<Scope>, cidrs: Array<string>, test: boolean, createdAt: string, expiresAt: string, lastUsedAt: string | null, revokedAt: string | null } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type PeopleQueryVariables = Exact<{ [key: string]: never; }>;


export type PeopleQuery = { users: Array<{ id: string, name: string, email: string, role: Role, disabled: boolean, secondFactor: boolean, lastSignInAt: string | null, createdAt: string }> };

export type InviteUserMutationVariables = Exact<{
  input: InviteUserInput;
}>;


export type InviteUserMutation = { inviteUser: { url: string | null, expiresAt: string | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

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


export type StartSendCampaignMutation = { startCampaign: { campaign: { id: string, name: string, state: CampaignState, stateReason: string | null, runAt: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, template: { id: string, name: string, language: string }, sender: { id: string, display: string }, refusals: Array<{ code: ErrorCode, count: number, lines: Array<number> }>, progress: { accepted: number, refused: number, queued: number, sent: number, delivered: number, read: number, failed: number, unknown: number, suppressed: number, pace: number, doneAt: string | null }, job: { id: string, state: JobState, done: number, total: number | null, failed: number, error: string | null } | null } | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

export type SignInMutationVariables = Exact<{
  input: SignInInput;
}>;


export type SignInMutation = { signIn: { state: SignInState | null, pendingToken: string | null, accessToken: string | null, expiresAt: string | null, userErrors: Array<{ field: string | null, code: ErrorCode, message: string }> } };

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
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}
    `, {"fragmentName":"ApiKeyFields"}) as unknown as TypedDocumentString<ApiKeyFieldsFragment, unknown>;
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
    query ConsentLookUp($address: String!) {
  consent(address: $address) {
    known
    suppressed
    ledgerSeq
    at
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
      recordedAt
      seq
    }
  }
}
    `, {"hash":"sha256:06af6b49fa66e88eb12fe27c4e1e12cebeeb7244683a972c17d574b05587693d"}) as unknown as TypedDocumentString<ConsentLookUpQuery, ConsentLookUpQueryVariables>;
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
      address
      lastUsedAt
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
}`, {"hash":"sha256:26edf7d2b47a04df13f391ecf564499440d2a823524b5fafad32b52fbb369a18"}) as unknown as TypedDocumentString<SetAllowListMutation, SetAllowListMutationVariables>;
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
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}`, {"hash":"sha256:5be87ed3638afc4185db3853be0a05f5b8d737faa08cf072b46a4079311289c0"}) as unknown as TypedDocumentString<ApiKeysQuery, ApiKeysQueryVariables>;
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
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}`, {"hash":"sha256:04d9997923ea196d441ec090479f585e9bc6074d77cafce76f9419a641de2a52"}) as unknown as TypedDocumentString<CreateApiKeyMutation, CreateApiKeyMutationVariables>;
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
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}`, {"hash":"sha256:69fcd4b0aba7f79350771b49ec48524feb6c916b8c288b1ea56c93eebb28fbdb"}) as unknown as TypedDocumentString<RevokeApiKeyMutation, RevokeApiKeyMutationVariables>;
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
}
    `, {"hash":"sha256:5d8b702230f2aefc4e9ab69c8ffddebbc659f3aafae9b504b12e7b45c604d767"}) as unknown as TypedDocumentString<PeopleQuery, PeopleQueryVariables>;
export const InviteUserDocument = new TypedDocumentString(`
    mutation InviteUser($input: InviteUserInput!) {
  inviteUser(input: $input) {
    url
    expiresAt
    userErrors {
      field
      code
      message
    }
  }
}
    `, {"hash":"sha256:d2540678d575a9a5fd51648728367675bae3ed13f9c5fdf73ef3a93c0dc5ca85"}) as unknown as TypedDocumentString<InviteUserMutation, InviteUserMutationVariables>;
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
}`, {"hash":"sha256:031cb022203e63bb2840ada95b564f899066a1b7836d2ac8baccba4c84c7edbb"}) as unknown as TypedDocumentString<StartSendCampaignMutation, StartSendCampaignMutationVariables>;
export const SignInDocument = new TypedDocumentString(`
    mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
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
    `, {"hash":"sha256:26218d9572d2c20ccb78e879c16bb6f643bcc46d9d6b7abb6ba91628f45ebf5f"}) as unknown as TypedDocumentString<SignInMutation, SignInMutationVariables>;
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